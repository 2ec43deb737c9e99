package tally

import (
	"bufio"
	"fmt"
	"io"

	"golang.org/x/perf/benchunit"

	"crossover/cmd/report/internal/markdown"
)

// WriteMarkdown writes the tables as GitHub shows them.
func WriteMarkdown(w io.Writer, all []*Sheet) error {
	out := bufio.NewWriter(w)
	err := printSheets(all, func(s string) error {
		_, err := fmt.Fprintf(out, "%s  \n", markdown.Plain(s))
		return err
	}, func(g *Sheet) error {
		g.markdown(out)
		return nil
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func (g *Sheet) markdown(w *bufio.Writer) {
	head, rule := "| |", "|:--|"
	for i, col := range g.cols {
		head += fmt.Sprintf(" %s (%s) |", markdown.Plain(col.StringValues()), markdown.Plain(g.unit))
		rule += "--:|"
		if i > 0 {
			head += " vs base |"
			rule += "--:|"
		}
	}
	fmt.Fprintf(w, "\n%s\n%s\n", head, rule)
	class := benchunit.ClassOf(g.unit)
	seen := map[string]bool{}
	var notes []string
	note := func(problems []error) {
		for _, problem := range problems {
			if s := problem.Error(); !seen[s] {
				seen[s] = true
				notes = append(notes, s)
			}
		}
	}
	for _, r := range g.rows {
		fmt.Fprintf(w, "| %s |", markdown.Plain(r.key.StringValues()))
		scale := g.rowScale(r, class)
		for i, col := range g.cols {
			c := g.at(r, col)
			switch {
			case c == nil && i == 0:
				fmt.Fprint(w, " |")
			case c == nil:
				fmt.Fprint(w, " | |")
			default:
				note(c.summary.Warnings)
				fmt.Fprintf(w, " %s ± %s |", scale.Format(c.summary.Center), c.summary.PctRangeString())
				if c.base != nil {
					note(c.comparison.Warnings)
					fmt.Fprintf(w, " %s (%v) |", markdown.Plain(c.delta()), c.comparison)
				} else if i > 0 {
					fmt.Fprint(w, " |")
				}
			}
		}
		fmt.Fprintln(w)
	}
	if len(g.rows) > 1 {
		fmt.Fprint(w, "| geomean |")
		for i, f := range g.foot {
			note(f.warnings)
			value := ""
			if f.hasCenter {
				value = benchunit.Scale(f.center, class)
			}
			fmt.Fprintf(w, " %s |", value)
			if i > 0 {
				fmt.Fprintf(w, " %s |", f.delta())
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
	for _, n := range notes {
		fmt.Fprintf(w, "- %s\n", markdown.Plain(n))
	}
}

package main

import (
	"bufio"
	"fmt"
	"io"

	"golang.org/x/perf/benchunit"
)

// writeMarkdownSheets writes the tables as GitHub shows them.
func writeMarkdownSheets(w io.Writer, all []*sheet) error {
	out := bufio.NewWriter(w)
	err := printSheets(all, func(s string) error {
		_, err := fmt.Fprintf(out, "%s  \n", plain(s))
		return err
	}, func(g *sheet) error {
		g.markdown(out)
		return nil
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func (g *sheet) markdown(w *bufio.Writer) {
	head, rule := "| |", "|:--|"
	for i, col := range g.cols {
		head += fmt.Sprintf(" %s (%s) |", plain(col.StringValues()), plain(g.unit))
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
		fmt.Fprintf(w, "| %s |", plain(r.key.StringValues()))
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
					fmt.Fprintf(w, " %s (%v) |", plain(c.delta()), c.comparison)
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
		fmt.Fprintf(w, "- %s\n", plain(n))
	}
}

package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"crossover/cmd/report/internal/markdown"
	"crossover/cmd/report/internal/regress"
	"crossover/cmd/report/internal/results"
	"crossover/cmd/report/internal/spell"
)

const compareUsage = `usage: report compare [flags] OLD NEW
Looks for regressions between two studies, or two files of benchmark results (- is
standard input): round by round where both were measured in the same rounds (measure
-against).
  -threshold P   up to so much more is no regression (5%)
  -filter QUERY  compare only what matches, e.g. '/impl:chan'
  -format F      text or md
  -strict        cannot tell if any single cell cannot exclude a regression
Exit status: 0 no regression, 1 a regression, 2 bad input, 3 cannot tell.
`

// runCompare is the verb compare.
func runCompare(args []string, stdout, stderr io.Writer) int {
	var threshold, filter, format string
	var strict bool
	fs := flag.NewFlagSet("report compare", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&threshold, "threshold", "5%", "")
	fs.StringVar(&filter, "filter", "*", "")
	fs.StringVar(&format, "format", "text", "")
	fs.BoolVar(&strict, "strict", false, "")
	paths, err := parseMixed(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return helped(stdout, stderr, compareUsage)
	}
	limit, bad := percentage(threshold)
	switch {
	case err != nil:
	case len(paths) != 2:
		err = fmt.Errorf("%s given, want two: OLD and NEW", spell.Count(len(paths), "run"))
	case bad != nil:
		err = fmt.Errorf("-threshold %s: %w", threshold, bad)
	case format != "text" && format != "md":
		err = fmt.Errorf("-format %s: want text or md", format)
	}
	if err != nil {
		return misused(stderr, err, compareUsage)
	}
	var runs []*results.Results
	for _, path := range paths {
		r, err := results.Read(path, filter)
		if err != nil {
			return failed(stderr, err)
		}
		if r.Study == nil {
			for _, b := range r.Bad {
				fmt.Fprintf(stderr, "report: %v\n", b)
			}
		} else { // whose reader has said the same, and more
			for _, text := range r.Study.Warnings {
				writeWrapped(stderr, "! ", text, terminalWidth)
			}
		}
		runs = append(runs, r)
	}
	c := regress.Compare(runs[0], runs[1], limit)
	if only := c.NothingShared(); only != [2]string{} {
		return failed(stderr, fmt.Errorf("%s and %s have no case and unit in common: there is %s in one, and in the other %s", paths[0], paths[1], only[0], only[1]))
	}
	out := bufio.NewWriter(stdout)
	if format == "md" {
		markdownComparison(out, c, strict)
	} else {
		writeComparison(out, c, strict)
	}
	if err := out.Flush(); err != nil {
		return failed(stderr, err)
	}
	return c.Status(strict)
}

// parseMixed parses flags before, between and after the arguments.
func parseMixed(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
}

// percentage reads "5%" or "0.05".
func percentage(s string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		x /= 100
	}
	if err != nil || !(x >= 0) || math.IsInf(x, 1) || !percent && x >= 1 {
		return 0, errors.New("want a share such as 5% or 0.05")
	}
	return x, nil
}

func writeComparison(w io.Writer, c *regress.Comparison, strict bool) {
	for _, x := range c.Changes() {
		fmt.Fprintln(w, x)
	}
	for _, s := range c.Summary() {
		writeWrapped(w, "", s, terminalWidth)
	}
	fmt.Fprintln(w, c.Conclusion(strict))
}

func markdownComparison(w io.Writer, c *regress.Comparison, strict bool) {
	fmt.Fprintf(w, "### %s\n\n", markdown.Plain(c.Conclusion(strict)))
	var b strings.Builder
	t := table{
		Head:   []string{"", "case", "unit", "ratio (95 %)", "before → after", "n"},
		Number: []bool{false, false, false, true, true, true},
	}
	for _, x := range c.Changes() {
		if x.Cells > 0 {
			t.Rows = append(t.Rows, texts(x.Verdict, x.Name, x.Unit, x.Ratio, "", spell.Count(x.Cells, "cell")))
			continue
		}
		t.Rows = append(t.Rows, []cell{text(x.Verdict), code(x.Name), text(x.Unit), text(x.Ratio), text(x.Values), text(fmt.Sprintf("%d+%d", x.Samples[0], x.Samples[1]))})
	}
	if len(t.Rows) > 0 {
		markdownTable(&b, t)
	}
	fmt.Fprintln(&b)
	for _, s := range c.Summary() {
		fmt.Fprintf(&b, "- %s\n", markdown.Plain(s))
	}
	io.WriteString(w, b.String())
}

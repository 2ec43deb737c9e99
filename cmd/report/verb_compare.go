package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

const compareUsage = `usage: report compare [flags] OLD NEW
Looks for regressions between two studies, or two files of benchmark results: round
by round where both were measured in the same rounds (measure -against).
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
		fmt.Fprint(stdout, compareUsage)
		return 0
	}
	limit, bad := percentage(threshold)
	switch {
	case err != nil:
	case len(paths) != 2:
		err = fmt.Errorf("%s given, want two: OLD and NEW", count(len(paths), "run"))
	case bad != nil:
		err = fmt.Errorf("-threshold %s: %w", threshold, bad)
	case format != "text" && format != "md":
		err = fmt.Errorf("-format %s: want text or md", format)
	}
	if err != nil {
		return misused(stderr, err, compareUsage)
	}
	var runs []*results
	for _, path := range paths {
		r, err := readResults(path, filter)
		if err != nil {
			return failed(stderr, err)
		}
		for _, b := range r.bad {
			fmt.Fprintf(stderr, "report: %v\n", b)
		}
		runs = append(runs, r)
	}
	c := compareRuns(runs[0], runs[1], limit)
	if len(c.pairs) == 0 {
		return failed(stderr, fmt.Errorf("%s and %s have no case and unit in common: there is %s in one, and in the other %s", paths[0], paths[1], example(c.onlyOld), example(c.onlyNew)))
	}
	out := bufio.NewWriter(stdout)
	if format == "md" {
		c.writeMarkdown(out, strict)
	} else {
		c.writeText(out, strict)
	}
	if err := out.Flush(); err != nil {
		return failed(stderr, err)
	}
	return c.status(strict)
}

// example is one of those that the other run has not.
func example(only []string) string {
	if len(only) == 0 {
		return "nothing"
	}
	return "for example " + only[0]
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

// conclusion is the comparison in one sentence.
func (c *comparing) conclusion(strict bool) string {
	limit := fmt.Sprintf("%.4g %%", 100*c.threshold)
	switch c.status(strict) {
	case 1:
		return "Regression: beyond " + limit + "."
	case 3:
		return "Cannot tell whether there is a regression beyond " + limit + "."
	}
	return "No sign of a regression beyond " + limit + "."
}

// summary says how many cells were compared and how well.
func (c *comparing) summary() []string {
	n := map[outcome]int{}
	skipped := map[string]int{}
	excluded, within := 0, []float64{}
	var widest *pair
	floors, moved := 0, 0
	for _, p := range c.pairs {
		if p.skip != "" && p.outcome == unchanged {
			skipped[p.skip]++
			continue
		}
		if p.floor {
			floors++
			if p.outcome != unchanged {
				moved++
			}
			continue
		}
		n[p.outcome]++
		switch {
		case p.outcome == worse, p.skip != "":
		case p.hi <= math.Log(1+c.threshold):
			excluded++
		default:
			within = append(within, math.Exp(p.hi))
			if widest == nil || p.hi > widest.hi {
				widest = p
			}
		}
	}
	out := []string{fmt.Sprintf("%s: %d worse, %d better, %d cannot tell, %d slower within the threshold, %d unchanged.",
		sentence(count(len(c.pairs)-floors, "cell")), n[worse], n[better], n[unsure], n[slower], n[unchanged])}
	if len(within) > 0 {
		slices.Sort(within)
		worst := "at worst " + factor(within[len(within)-1])
		if i, _ := slices.BinarySearch(within, blind); i < len(within) {
			worst = fmt.Sprintf("and in %d not even a doubling, least of all in %s", len(within)-i, widest.name())
		}
		out = append(out, fmt.Sprintf("A regression beyond the threshold is excluded in %d of them, each for itself and all together at 95 %%; in the other %d, one beyond %s (median), %s.",
			excluded, len(within), factor(within[len(within)/2]), worst))
	}
	if moved > 0 {
		out = append(out, fmt.Sprintf("Floors, what the hardware or the kernel takes: %d of %d cells moved. That is the machine, and no regression.", moved, floors))
	}
	if g := c.allTimes(); g != nil {
		out = append(out, fmt.Sprintf("All times together: %s.", boundsOf(g.logRatio, g.lo, g.hi)))
	}
	for _, why := range slices.Sorted(maps.Keys(skipped)) {
		how := "not compared"
		if why == someZeros {
			how = "compared by ranks alone, and unchanged by them"
		}
		out = append(out, fmt.Sprintf("%s %s: %s.", sentence(count(skipped[why], "cell")), how, why))
	}
	if n := len(c.onlyNew); n > 0 {
		out = append(out, fmt.Sprintf("%s only in NEW, among them %s.", sentence(count(n, "cell")), c.onlyNew[0]))
	}
	if c.control > 0 {
		out = append(out, fmt.Sprintf("Times are divided by the control's, which takes %.3f of what it did.", c.control))
	}
	var moods []string
	for _, m := range c.moods {
		if m.sd > 0 {
			moods = append(moods, m.String())
		}
	}
	if len(moods) > 0 {
		out = append(out, fmt.Sprintf("Beyond the noise within them the runs differ by %s; intervals allow for it.", strings.Join(moods, ", ")))
	}
	for _, note := range slices.Concat(c.doubts, c.notes) {
		out = append(out, sentence(note)+".")
	}
	return out
}

// ratio spells a cell's ratio as people read the unit: of cost, or of what is better
// when there is more of it.
func (p *pair) ratio() string {
	if p.skip != "" {
		return "from or to 0"
	}
	if p.better > 0 {
		return boundsOf(-p.logRatio, -p.hi, -p.lo)
	}
	return boundsOf(p.logRatio, p.lo, p.hi)
}

// values are the medians, and what else made the verdict.
func (p *pair) values() string {
	medians := fmt.Sprintf("%s → %s", quantityOf(series{values: p.old}.median(), p.unit), quantityOf(series{values: p.new}.median(), p.unit))
	if p.because != "" {
		medians += " (" + p.because + ")"
	}
	return medians
}

func (c *comparing) writeText(w io.Writer, strict bool) {
	for _, p := range c.changes() {
		fmt.Fprintf(w, "%-11s %s  %s  %s  %s  n=%d+%d\n", p.verdict(), p.id, unitName(p.unit), p.ratio(), p.values(), len(p.old), len(p.new))
	}
	for _, g := range c.groups {
		if g.outcome != unchanged {
			fmt.Fprintf(w, "%-11s %s, %s together  %s\n", g.outcome, g.name, count(len(g.pairs), "cell"), boundsOf(g.logRatio, g.lo, g.hi))
		}
	}
	for _, s := range c.summary() {
		writeWrapped(w, "", s, terminalWidth)
	}
	fmt.Fprintln(w, c.conclusion(strict))
}

func (c *comparing) writeMarkdown(w io.Writer, strict bool) {
	fmt.Fprintf(w, "### %s\n\n", plain(c.conclusion(strict)))
	var b strings.Builder
	t := table{
		Head:   []string{"", "case", "unit", "ratio (95 %)", "before → after", "n"},
		Number: []bool{false, false, false, true, true, true},
	}
	for _, p := range c.changes() {
		t.Rows = append(t.Rows, []cell{text(p.verdict()), code(p.id), text(unitName(p.unit)), text(p.ratio()), text(p.values()), text(fmt.Sprintf("%d+%d", len(p.old), len(p.new)))})
	}
	for _, g := range c.groups {
		if g.outcome != unchanged {
			t.Rows = append(t.Rows, []cell{text(g.outcome.String()), text(g.name), text("time"), text(boundsOf(g.logRatio, g.lo, g.hi)), text(""), text(count(len(g.pairs), "cell"))})
		}
	}
	if len(t.Rows) > 0 {
		markdownTable(&b, t)
	}
	fmt.Fprintln(&b)
	for _, s := range c.summary() {
		fmt.Fprintf(&b, "- %s\n", plain(s))
	}
	io.WriteString(w, b.String())
}

package regress

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
)

// Change is what is said of a cell, or of a group, that did not stay as it was.
type Change struct {
	Verdict string
	Name    string // of the case, or of the group
	Unit    string
	Cells   int    // of a group; 0 if it is a cell
	Ratio   string // with its bounds
	Values  string // of a cell: medians, before and after
	Samples [2]int // of a cell
}

// String is a line of text.
func (x Change) String() string {
	if x.Cells > 0 {
		return fmt.Sprintf("%-11s %s, %s together  %s", x.Verdict, x.Name, spell.Count(x.Cells, "cell"), x.Ratio)
	}
	return fmt.Sprintf("%-11s %s  %s  %s  %s  n=%d+%d", x.Verdict, x.Name, x.Unit, x.Ratio, x.Values, x.Samples[0], x.Samples[1])
}

// Changes are the cells whose whole interval is on one side of 1, worst first, and the groups
// of which that is so.
func (c *Comparison) Changes() (all []Change) {
	var cells []*pair
	for _, p := range c.pairs {
		if p.outcome != unchanged {
			cells = append(cells, p)
		}
	}
	slices.SortStableFunc(cells, func(a, b *pair) int { return cmp.Compare(b.logRatio, a.logRatio) })
	for _, p := range cells {
		all = append(all, Change{Verdict: p.verdict(), Name: p.id, Unit: spell.Unit(p.unit), Ratio: p.ratio(), Values: p.values(), Samples: [2]int{len(p.old), len(p.new)}})
	}
	for _, g := range c.groups {
		if g.outcome != unchanged {
			all = append(all, Change{Verdict: g.outcome.String(), Name: g.name, Unit: "time", Cells: len(g.pairs), Ratio: boundsOf(g.logRatio, g.lo, g.hi)})
		}
	}
	return all
}

// NothingShared has, if the runs have no cell in common, one that is in OLD alone and one that
// is in NEW alone.
func (c *Comparison) NothingShared() (only [2]string) {
	if len(c.pairs) > 0 {
		return only
	}
	for i, cells := range [][]string{c.onlyOld, c.onlyNew} {
		if only[i] = "nothing"; len(cells) > 0 {
			only[i] = "for example " + cells[0]
		}
	}
	return only
}

// Conclusion is the comparison in one sentence.
func (c *Comparison) Conclusion(strict bool) string {
	limit := fmt.Sprintf("%.4g %%", 100*c.threshold)
	switch c.Status(strict) {
	case 1:
		return "Regression: beyond " + limit + "."
	case 3:
		return "Cannot tell whether there is a regression beyond " + limit + "."
	}
	return "No sign of a regression beyond " + limit + "."
}

// Summary says how many cells were compared and how well.
func (c *Comparison) Summary() []string {
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
		spell.Sentence(spell.Count(len(c.pairs)-floors, "cell")), n[worse], n[better], n[unsure], n[slower], n[unchanged])}
	if len(within) > 0 {
		slices.Sort(within)
		worst := "at worst " + spell.Factor(within[len(within)-1])
		if i, _ := slices.BinarySearch(within, blind); i < len(within) {
			worst = fmt.Sprintf("and in %d not even a doubling, least of all in %s", len(within)-i, widest.name())
		}
		out = append(out, fmt.Sprintf("A regression beyond the threshold is excluded in %d of them, each for itself and all together at 95 %%; in the other %d, one beyond %s (median), %s.",
			excluded, len(within), spell.Factor(within[len(within)/2]), worst))
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
		out = append(out, fmt.Sprintf("%s %s: %s.", spell.Sentence(spell.Count(skipped[why], "cell")), how, why))
	}
	if n := len(c.onlyNew); n > 0 {
		out = append(out, fmt.Sprintf("%s only in NEW, among them %s.", spell.Sentence(spell.Count(n, "cell")), c.onlyNew[0]))
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
		out = append(out, spell.Sentence(note)+".")
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
	medians := fmt.Sprintf("%s → %s", spell.Quantity(stat.Series{Values: p.old}.Median(), p.unit), spell.Quantity(stat.Series{Values: p.new}.Median(), p.unit))
	if p.because != "" {
		medians += " (" + p.because + ")"
	}
	return medians
}

func boundsOf(at, lo, hi float64) string {
	return fmt.Sprintf("%s (%s–%s)", spell.Factor(math.Exp(at)), spell.PlainFactor(math.Exp(lo)), spell.PlainFactor(math.Exp(hi)))
}

package main

import (
	"fmt"
	"math"
	"slices"

	"crossover/internal/catalog"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// table is what terminal, Markdown and HTML show alike.
type table struct {
	Caption string
	Head    []string
	Number  []bool // columns set flush right
	Rows    [][]cell
	Notes   []string
}

type cell struct {
	Text  string
	Link  string
	Tone  string // "good", "bad", "doubt" or ""
	Title string // the reason, shown on demand
	Code  bool
}

func text(s string) cell { return cell{Text: s} }
func code(s string) cell { return cell{Text: s, Code: true} }

func texts(words ...string) []cell {
	row := make([]cell, len(words))
	for i, w := range words {
		row[i] = text(w)
	}
	return row
}

// decisions is the table of all situations.
func (m *model) decisions() table {
	t := table{
		Caption: "What to use, on " + m.machineName(),
		Head:    []string{"Situation", "Use", "Fastest, by how much", "Flips when", "Avoid", "Confidence"},
		Number:  make([]bool, 6),
		Notes: []string{"Use: the simplest eligible variant (standard library first, unsafe code last) whose cost, with its whole 95 % interval, stays within 10 % of the fastest eligible one. " +
			"Avoid: at least twice the fastest. Numbers are ratios of time per operation with 95 % intervals."},
	}
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			t.Rows = append(t.Rows, m.decision(p, &p.Situations[j]))
		}
	}
	return t
}

func (m *model) decision(p *catalog.Pattern, s *catalog.Situation) []cell {
	name := text(p.Name + ": " + s.Name)
	name.Title = s.Note
	field := m.field(m.at(p, s))
	c, ok := choose(field)
	switch {
	case len(m.places(p, s)) == 0:
		return append([]cell{name}, texts("–", "not measured", "–", "–", "–")...)
	case len(field) == 0:
		return append([]cell{name}, texts("–", "not measured with "+m.full.String(), "–", "–", "–")...)
	case !ok:
		return append([]cell{name}, texts("–", "nobody measured meets "+demands(s), "–", "–", "–")...)
	}
	sure := cell{Text: c.confidence, Tone: "doubt", Title: c.why}
	if c.confidence == "clear" {
		sure.Tone = "good"
	}
	use := code(c.use.String())
	use.Title = c.use.variant.Summary
	return []cell{name, use, text(c.lead()), text(m.flips(p, s, c)), text(c.avoidance()), sure}
}

// comparisonTable sets everybody in a situation against the baseline, benchstat's
// numbers beside the paired ones.
func (m *model) comparisonTable(p *catalog.Pattern, s *catalog.Situation) (table, bool) {
	field := m.field(m.at(p, s))
	if len(field) == 0 {
		return table{}, false
	}
	base := baseline(p, field)
	t := table{
		Caption: fmt.Sprintf("%s, time per %s, against %v; %s", s.Name, p.Op, field[base].entrant, m.full),
		Head:    []string{"variant", "time", "±", "ratio", "95 %", "significant", "large", "p (Holm)", "p (rank-sum)", "CPU time", "n"},
		Number:  []bool{false, true, true, true, true, false, false, true, true, true, true},
	}
	all := against(field, base, study.Cost)
	cpu := against(field, base, cpuCost)
	extra := extraUnits(field)
	for _, u := range extra {
		t.Head = append(t.Head, unitName(u))
		t.Number = append(t.Number, true)
	}
	for i, c := range field {
		sum, err := stat.Summarize(c.cost().values, confidence)
		if err != nil {
			continue // the reader refuses what Summarize does
		}
		row := []cell{label(c), text(duration(sum.Center)), text(sum.PctRangeString())}
		row = append(row, against1(i == base, all[i])...)
		row = append(row, cpuCell(c, i == base, cpu[i]), text(fmt.Sprint(sum.N)))
		for _, u := range extra {
			row = append(row, text(medianOf(c, u)))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Notes = notes(field, base, all)
	return t, true
}

const cpuCost = "cpu-sec/op"

// baseline is the pattern's, as simple as it runs here; else the first.
func baseline(p *catalog.Pattern, field []contender) int {
	return max(0, slices.IndexFunc(field, func(c contender) bool { return c.impl == p.Baseline }))
}

// against compares all but the baseline with it, as one family; at the baseline's own
// place stands a comparison without a ratio.
func against(field []contender, base int, unit string) []comparison {
	var others []series
	for i, c := range field {
		if i != base {
			others = append(others, c.units[unit])
		}
	}
	return slices.Insert(compareAll(field[base].units[unit], others), base, comparison{Ratio: stat.Ratio{P: math.NaN()}})
}

func label(c contender) cell {
	l := code(c.String())
	l.Title = c.variant.Summary
	if !c.eligible {
		l.Text += " (reference)"
	}
	return l
}

// against1 is the part of a row that is about the comparison.
func against1(base bool, c comparison) []cell {
	if base {
		return texts("baseline", "", "", "", "", "")
	}
	if math.IsNaN(c.P) {
		return texts("–", "–", "–", "–", "–", "–")
	}
	significant := text("no")
	switch {
	case c.significant():
		significant.Text = "yes"
	case !c.Power:
		significant = cell{Text: "could not be", Tone: "doubt", Title: "so few rounds cannot reach it"}
	}
	large := text(c.verdict().String())
	switch c.verdict() {
	case stat.Faster:
		large.Tone = "good"
	case stat.Slower:
		large.Tone = "bad"
	case stat.CannotTell:
		large.Tone = "doubt"
	}
	return []cell{text(factor(c.Est)), text(interval(c.Ratio)), significant, large, text(pvalue(c.Adjusted)), text(pvalue(c.RankSum))}
}

func cpuCell(c contender, base bool, r comparison) cell {
	values := c.units[cpuCost]
	if len(values.values) == 0 {
		return text("–")
	}
	s := duration(values.median())
	if !base && r.Est > 0 {
		s += " (" + factor(r.Est) + ")"
	}
	return text(s)
}

// extraUnits are those of a field beside time and CPU time, in alphabetical order.
func extraUnits(field []contender) (extra []string) {
	for _, c := range field {
		for u := range c.units {
			if u != study.Cost && u != cpuCost && !slices.Contains(extra, u) {
				extra = append(extra, u)
			}
		}
	}
	slices.Sort(extra)
	return extra
}

func medianOf(c contender, unit string) string {
	s := c.units[unit]
	if len(s.values) == 0 {
		return "–"
	}
	return quantityOf(s.median(), unit)
}

// notes say how the comparisons were made and what they cannot show.
func notes(field []contender, base int, all []comparison) (notes []string) {
	var powerless, unpaired []string
	family := 0
	var n int
	for i, c := range all {
		if i == base || math.IsNaN(c.P) {
			continue
		}
		family++
		n = c.N1
		if !c.Power {
			powerless = append(powerless, field[i].String())
		}
		if !c.Paired {
			unpaired = append(unpaired, field[i].String())
		}
	}
	if len(powerless) > 0 {
		notes = append(notes, fmt.Sprintf("Could not have been significant: %s. The smallest p of %s is %s, and the family has %s; %d rounds would do.",
			list(powerless), count(n, "round"), pvalue(stat.SmallestP(n)), count(family, "comparison"), stat.RoundsFor(alpha, family)))
	}
	if len(unpaired) > 0 {
		notes = append(notes, "Not paired by round, since too few rounds are shared (Mann–Whitney): "+list(unpaired)+".")
	}
	return notes
}

// variantTable introduces a pattern's variants. link turns a file of the repository
// into a link, or "".
func variantTable(p *catalog.Pattern, link func(file string) string) table {
	t := table{Head: []string{"variant", "mechanism", "tier"}}
	keys := properties(p)
	t.Head = append(append(t.Head, keys...), "code")
	t.Number = make([]bool, len(t.Head))
	for _, v := range p.Variants {
		row := []cell{code(v.Name), text(v.Summary), text(v.TierName)}
		row[0].Title = v.Source
		for _, k := range keys {
			row = append(row, text(v.Properties[k]))
		}
		t.Rows = append(t.Rows, append(row, cell{Text: v.File, Link: link(v.File), Code: true}))
	}
	return t
}

// properties are the keys that some variant of the pattern has, in alphabetical order.
func properties(p *catalog.Pattern) (keys []string) {
	for _, v := range p.Variants {
		for k := range v.Properties {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

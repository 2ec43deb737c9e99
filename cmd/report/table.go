package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
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
	Key   float64 // what it is sorted by; 0: by what stands in Text
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

// comparisonTable sets everybody in a situation against the baseline, benchstat's
// numbers beside the paired ones; then the same for pinned parties, and the floors.
func (m *model) comparisonTable(p *catalog.Pattern, s *catalog.Situation) (table, bool) {
	set := m.at(p, s)
	field := m.field(set)
	if len(field) == 0 {
		return table{}, false
	}
	by := field[0].measure
	base := baseline(p, field)
	t := table{
		Caption: fmt.Sprintf("%s, %s, against %v; %s", s.Name, by.title(p.Op), field[base].entrant, m.placeOf(p)),
		Head:    []string{"variant", spell.Unit(by.unit), "±", "ratio", "95 %", "significant", "large", "detects", "p (Holm)", "p (rank-sum)", "MAD", "outliers", "n"},
		Number:  []bool{false, true, true, true, true, false, false, true, true, true, true, true, true},
	}
	floors := m.floors(set, by)
	extra := extraUnits(field, by.unit)
	if len(floors) > 0 {
		t.Head, t.Number = append(t.Head, "× floor"), append(t.Number, true)
	}
	if len(extra) > besides {
		extra = nil // they have a table of their own
	}
	for _, u := range extra {
		t.Head, t.Number = append(t.Head, spell.Unit(u)), append(t.Number, true)
	}
	for _, at := range m.placements(p, s) {
		set.place = at
		m.compareRows(&t, set, extra, floors)
	}
	for _, f := range floors {
		t.Rows = append(t.Rows, floorRow(f, by, len(t.Head)))
	}
	for _, c := range field {
		if c.capped() {
			t.Notes = append(t.Notes, fmt.Sprintf("%s is capped: a sample ended at its time limit, and its value is a bound.", c.entrant))
		}
	}
	for _, c := range m.casualties(m.at(p, s)) {
		t.Notes = append(t.Notes, c.String()+".")
	}
	if by.higher {
		t.Notes = append(t.Notes, spell.Unit(by.unit)+": more is better; ratios are of cost, so that below 1 is better here too.")
	}
	return t, true
}

// besides is how many further units stand in the same table.
const besides = 5

// unitsTable has the medians in all further units of a situation, if they are too many for
// the table of comparisons.
func (m *model) unitsTable(p *catalog.Pattern, s *catalog.Situation) (t table) {
	set := m.at(p, s)
	field := m.field(set)
	if len(field) == 0 {
		return t
	}
	extra := extraUnits(field, field[0].unit)
	if len(extra) <= besides {
		return t
	}
	t = table{
		Caption: fmt.Sprintf("%s: what else was measured, medians; %s", s.Name, m.placeOf(p)),
		Head:    []string{"variant"},
		Number:  []bool{false},
	}
	for _, u := range extra {
		t.Head, t.Number = append(t.Head, spell.Unit(u)), append(t.Number, true)
	}
	places := m.placements(p, s)
	for _, at := range places {
		set.place = at
		for _, c := range m.field(set) {
			row := []cell{m.labelAt(set, places, c)}
			for _, u := range extra {
				row = append(row, medianOf(c, u))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// labelAt is a contender's label, with its placement where several are compared.
func (m *model) labelAt(set setting, places []place, c contender) cell {
	name := label(c)
	if set.place.pin != "" {
		name.Text += ", " + pins[set.place.pin]
	} else if len(places) > 1 && measuredPinned(m, set, places, c.entrant) {
		name.Text += ", free"
	}
	return name
}

// placements are the place where the decision is taken and, beside it, those where
// the parties are pinned.
func (m *model) placements(p *catalog.Pattern, s *catalog.Situation) []place {
	full := m.placeOf(p)
	places := []place{full}
	for _, at := range m.places(p, s) {
		if at.pin != "" && at.cpus == full.cpus && at.procs == full.procs {
			places = append(places, at)
		}
	}
	return places
}

// compareRows adds a row for everybody in a setting.
func (m *model) compareRows(t *table, set setting, extra []string, floors []floor) {
	field := m.field(set)
	if len(field) == 0 {
		return
	}
	base := baseline(set.pattern, field)
	all := against(field, base)
	places := m.placements(set.pattern, set.situation)
	for i, c := range field {
		sum, err := stat.Summarize(c.values().Values, stat.Confidence)
		if err != nil {
			continue // the reader refuses what Summarize does
		}
		center := text(spell.Quantity(sum.Center, c.unit))
		center.Key = sum.Center
		row := []cell{m.labelAt(set, places, c), center, text(sum.PctRangeString())}
		row = append(row, comparisonCells(i == base, all[i])...)
		row = append(row, text(percentOf(sum.MAD, sum.Center)), text(fmt.Sprint(sum.Outliers)), text(fmt.Sprint(sum.N)))
		if len(floors) > 0 {
			row = append(row, overFloor(c, floors))
		}
		for _, u := range extra {
			row = append(row, medianOf(c, u))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Notes = append(t.Notes, notes(field, base, all)...)
}

func percentOf(part, whole float64) string {
	if !(whole > 0) {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*part/whole)
}

// overFloor is how many times the dearest floor, the one nearest to it, a contender costs.
func overFloor(c contender, floors []floor) cell {
	dearest := 0.0
	for _, f := range floors {
		dearest = max(dearest, f.Median())
	}
	r := c.values().Median() / dearest
	if !(dearest > 0) || c.higher {
		return text("–")
	}
	return cell{Text: spell.Factor(r), Key: r}
}

func floorRow(f floor, by measure, columns int) []cell {
	row := make([]cell, columns)
	row[0] = cell{Text: "floor: " + f.Title, Title: f.Note, Tone: "floor"}
	row[1] = cell{Text: spell.Quantity(f.Median(), by.unit), Key: f.Median()}
	if s, err := stat.Summarize(f.Values, stat.Confidence); err == nil {
		row[2] = text(s.PctRangeString())
		row[12] = text(fmt.Sprint(s.N))
	}
	return row
}

const cpuCost = "cpu-sec/op"

// baseline is the pattern's, as simple as it runs here; else the first.
func baseline(p *catalog.Pattern, field []contender) int {
	return max(0, slices.IndexFunc(field, func(c contender) bool { return c.impl == p.Baseline }))
}

// against compares all but the baseline with it, as one family; at the baseline's own
// place stands a comparison without a ratio. The Python originals are a family of their
// own: nobody chooses among them.
func against(field []contender, base int) []comparison {
	all := make([]comparison, len(field))
	all[base].P = math.NaN()
	for _, originals := range []bool{false, true} {
		var others []stat.Series
		var at []int
		for i, c := range field {
			if i != base && original(c.variant) == originals {
				others, at = append(others, c.cost()), append(at, i)
			}
		}
		for k, c := range compareAll(field[base].cost(), others) {
			all[at[k]] = c
		}
	}
	return all
}

func label(c contender) cell {
	l := code(c.String() + c.standing())
	l.Title = c.variant.Summary
	if c.capped() {
		l.Text += " (capped)"
	}
	return l
}

// comparisonCells is the part of a row that is about the comparison.
func comparisonCells(base bool, c comparison) []cell {
	if base {
		return texts("baseline", "", "", "", "", "", "")
	}
	if math.IsNaN(c.P) {
		return texts("–", "–", "–", "–", "–", "–", "–")
	}
	significant := text("no")
	switch {
	case c.significant():
		significant.Text = "yes"
	case !c.Power:
		significant = cell{Text: "could not be", Tone: "doubt", Title: "so few rounds cannot reach it"}
	}
	large := text(c.Verdict(stat.Margin).String()) // of the interval alone: significance stands beside it
	switch c.verdict() {
	case stat.Faster:
		large.Tone = "good"
	case stat.Slower:
		large.Tone = "bad"
	case stat.CannotTell:
		large.Tone = "doubt"
	}
	detects := text("–")
	if c.Detects < math.Inf(1) {
		detects = cell{Text: spell.Factor(c.Detects), Key: c.Detects}
	}
	return []cell{{Text: spell.Factor(c.Est), Key: c.Est}, text(spell.Interval(c.Ratio)), significant, large, detects, text(spell.P(c.Adjusted)), text(spell.P(c.RankSum))}
}

// extraUnits are those of a field beside what it is compared by, in the order of
// unitOrder and then alphabetically.
func extraUnits(field []contender, by string) (extra []string) {
	for _, c := range field {
		for u := range c.units {
			if u != by && u != "capped" && !slices.Contains(extra, u) {
				extra = append(extra, u)
			}
		}
	}
	slices.SortFunc(extra, func(a, b string) int {
		return cmp.Or(cmp.Compare(unitRank(a), unitRank(b)), cmp.Compare(a, b))
	})
	return extra
}

// unitOrder is time, then what an open loop is asked in the order in which one asks.
var unitOrder = []string{
	study.Cost, cpuCost, "offered-sec/op", "goodput-ratio", "dropped-ratio",
	"p50-sec", "p90-sec", "p99-sec", "p99.9-sec", "max-sec",
	"depth25pct-items", "depth50pct-items", "depth75pct-items", "depth100pct-items",
}

func unitRank(unit string) int {
	if i := slices.Index(unitOrder, unit); i >= 0 {
		return i
	}
	return len(unitOrder)
}

func medianOf(c contender, unit string) cell {
	s := c.units[unit]
	if len(s.Values) == 0 {
		return text("–")
	}
	return cell{Text: spell.Quantity(s.Median(), unit), Key: s.Median()}
}

// notes say how the comparisons were made and what they cannot show.
func notes(field []contender, base int, all []comparison) (notes []string) {
	var powerless, unpaired []string
	family := 0
	var n int
	for i, c := range all {
		if i == base || math.IsNaN(c.P) || original(field[i].variant) {
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
			spell.Some(powerless), spell.Count(n, "round"), spell.P(stat.SmallestP(n)), spell.Count(family, "comparison"), stat.RoundsFor(alpha, family)))
	}
	if len(unpaired) > 0 {
		notes = append(notes, "Not paired by round, since too few rounds are shared (Mann–Whitney): "+spell.Some(unpaired)+".")
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
		var file cell
		if v.File != "" {
			file = cell{Text: path.Base(v.File), Title: v.File, Link: link(v.File), Code: true}
		}
		t.Rows = append(t.Rows, append(row, file))
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

// guaranteeTable shows which law holds for whom. Who is bound by none of them has no row.
func guaranteeTable(p *catalog.Pattern) table {
	t := table{Head: []string{"subject"}, Number: []bool{false}}
	var subjects []string
	seen := map[string]bool{}
	for _, g := range p.Guarantees {
		for _, s := range slices.Concat(g.Holds, slices.Sorted(maps.Keys(g.Broken))) {
			if !seen[s] {
				seen[s] = true
				subjects = append(subjects, s)
			}
		}
		t.Head, t.Number = append(t.Head, g.Law), append(t.Number, false)
		t.Notes = append(t.Notes, g.Law+": "+g.Doc+excuses(g))
	}
	rank := func(subject string) int {
		name, _, _ := strings.Cut(subject, "/")
		return slices.IndexFunc(p.Variants, func(v catalog.Variant) bool { return v.Name == name })
	}
	slices.SortStableFunc(subjects, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	for _, s := range subjects {
		row := []cell{code(strings.Replace(s, "/", " · ", 1))}
		for _, g := range p.Guarantees {
			row = append(row, verdictOn(g, s))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		t.Notes = append([]string{"✓ the tests hold it to the law; – the law does not bind it; ✗ it is bound and breaks it. The reason stands behind each mark, and below by law."}, t.Notes...)
	}
	return t
}

// excuses are the reasons for which a law binds somebody not.
func excuses(g catalog.Guarantee) string {
	reasons := slices.Compact(slices.Sorted(maps.Values(g.Excused)))
	if len(reasons) == 0 {
		return ""
	}
	return " (–: " + strings.Join(reasons, "; ") + ")"
}

func verdictOn(g catalog.Guarantee, subject string) cell {
	switch {
	case g.Broken[subject] != "":
		return cell{Text: "✗ " + g.Broken[subject], Tone: "bad"}
	case slices.Contains(g.Holds, subject):
		return cell{Text: "✓", Tone: "good", Title: "holds"}
	}
	return cell{Text: "–", Title: cmp.Or(g.Excused[subject], "not bound")}
}

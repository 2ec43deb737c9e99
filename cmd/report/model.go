package main

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/perf/benchfmt"

	"crossover/cmd/report/internal/memo"
	"crossover/internal/catalog"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// model is a study arranged for questions: what did whom cost how much, and where.
type model struct {
	*study.Study
	rounds int                        // number of the last one with a sample
	run    int                        // the same of the first study, whose plan Machine has
	full   place                      // all CPUs, GOMAXPROCS equal to them: where decisions are taken
	own    map[*catalog.Pattern]place // the same, of patterns measured elsewhere; nil for a study
	data   map[string]map[place]units
	failed map[caseAt]failing

	foreign []string // what was assumed of results that are of no study; nil for a study
	files   []string // their names; nil for a study
	dirs    []string // of the studies

	index   memo.Memo[*catalog.Situation, map[string][]*catalog.Case] // by value of the axis
	ranks   memo.Memo[*catalog.Pattern, map[string]int]
	looks   memo.Memo[*catalog.Pattern, map[string]look]
	flipsAt memo.Memo[setting, []axisFlip] // finding them takes longer than all else

	histograms map[string]map[place]*hdrhistogram.Histogram // of latencies, merged over rounds

	coresFound memo.Memo[struct{}, cores] // every decision asks

	selfTest *selfTest // that goes with the study; nil if there is none

	others []*model // of further studies, whose opinion is asked
	label  string   // of this study among them: its machine, and what tells it apart
}

// units holds the samples of one case in one place by tidied unit.
type units map[string]stat.Series

// main is the unit that samples are counted in: time per operation, or, where nobody
// measured that, the one with most of them, and not of zeros if there is another.
func (u units) main() string {
	if len(u[study.Cost].Values) > 0 {
		return study.Cost
	}
	most := ""
	for _, unit := range slices.Sorted(maps.Keys(u)) {
		n, best := len(u[unit].Values), len(u[most].Values)
		if n > best || n == best && u[most].Median() == 0 {
			most = unit
		}
	}
	return most
}

func newModel(s *study.Study) *model {
	m := &model{
		Study: s, rounds: lastRound(s), run: lastRound(s), data: map[string]map[place]units{}, dirs: []string{s.Dir},
		failed: failings(s.Failed),
	}
	var dropped timeless
	for _, x := range s.Measured {
		at := place{x.CPUs, x.GOMAXPROCS, x.Pin}
		if m.data[x.Case] == nil {
			m.data[x.Case] = map[place]units{}
		}
		if m.data[x.Case][at] == nil {
			m.data[x.Case][at] = units{}
		}
		for _, v := range x.Tidied {
			if dropped.add(study.RawFile, x.Line, x.Case, v) {
				continue
			}
			u := m.data[x.Case][at][v.Unit]
			u.Rounds = append(u.Rounds, x.Round)
			u.Values = append(u.Values, v.Value)
			m.data[x.Case][at][v.Unit] = u
		}
		if at.cpus > m.full.cpus {
			m.full = place{cpus: at.cpus, procs: at.cpus}
		}
	}
	s.Warnings = append(s.Warnings, dropped.warning()...)
	return m
}

// timeless counts values that are no time, with one for an example.
type timeless struct {
	n       int
	example string
}

// add reports whether a value is one of those.
func (t *timeless) add(file string, line int, name string, v benchfmt.Value) bool {
	if v.Value > 0 || v.Unit != study.Cost && v.Unit != cpuCost {
		return false
	}
	if t.n++; t.n == 1 {
		t.example = fmt.Sprintf("%s:%d: %s: %v %s", file, line, name, v.Value, cmp.Or(v.OrigUnit, v.Unit))
	}
	return true
}

// warning is none if there were none.
func (t *timeless) warning() []string {
	if t.n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: nothing takes no time. Such values are left out: %d.", t.example, t.n)}
}

// entrant is a variant in one of the ways it can run.
type entrant struct{ impl, as string }

func (e entrant) String() string {
	if e.as == "goroutine" {
		return e.impl
	}
	return e.impl + " · " + e.as
}

// contender is an entrant with what it cost in one situation and place.
type contender struct {
	entrant
	measure  // by which it is compared
	variant  *catalog.Variant
	rank     int  // of simplicity: tier, then the order of the table, then of as
	eligible bool // may be advised; others are shown for reference
	failed   bool // now and then: never eligible
	units
}

// values are the samples of the contender as measured, cost turned so that less is better.
func (c contender) values() stat.Series { return c.units[c.unit] }
func (c contender) cost() stat.Series   { return c.costs(c.values()) }

// standing is what is put behind the name of who may not be advised.
func (c contender) standing() string {
	switch {
	case c.failed:
		return " (failed)"
	case !c.eligible:
		return " (reference)"
	}
	return ""
}

// mayBeNothing reports whether the contender's median is a 0 that counts as least.
func (c contender) mayBeNothing() bool {
	return c.zero != "" && !c.higher && c.cost().Median() <= c.least
}

// capped reports whether some sample ended at its time limit and not with its work.
func (c contender) capped() bool { return slices.Max(append(c.units["capped"].Values, 0)) > 0 }

// setting is a situation, at one value of its axis if it has one, in one place.
type setting struct {
	pattern   *catalog.Pattern
	situation *catalog.Situation
	value     string // of the situation's axis
	place     place
	goal      goal   // "" is throughput
	as        string // execution; "" for all
}

// placeOf is where decisions on a pattern are taken.
func (m *model) placeOf(p *catalog.Pattern) place {
	if own, ok := m.own[p]; ok {
		return own
	}
	return m.full
}

// fewCPUs reports whether the study had too few CPUs to speak of scaling.
func (m *model) fewCPUs() bool { return 0 < m.full.cpus && m.full.cpus < enoughCPUs }

// at is the setting in which the decision on a situation is taken.
func (m *model) at(p *catalog.Pattern, s *catalog.Situation) setting {
	return setting{pattern: p, situation: s, value: s.Point[s.Axis], place: m.placeOf(p)}
}

// cases are the situation's cases at the setting's axis value.
func (m *model) cases(s setting) []*catalog.Case {
	if s.situation.Axis == "" {
		s.value = ""
	}
	return m.byValue(s)[s.value]
}

// byValue are the situation's cases by value of its axis, at whichever the setting is.
func (m *model) byValue(s setting) map[string][]*catalog.Case {
	return m.index.Of(s.situation, func() map[string][]*catalog.Case {
		byValue := map[string][]*catalog.Case{}
		for i := range s.pattern.Cases {
			c := &s.pattern.Cases[i]
			at := s
			at.value = c.Keys[s.situation.Axis]
			if at.holds(*c) {
				byValue[at.value] = append(byValue[at.value], c)
			}
		}
		return byValue
	})
}

// caseNames are the names of the cases of a setting.
func (m *model) caseNames(set setting) map[entrant]string {
	names := map[entrant]string{}
	for _, c := range m.cases(set) {
		names[entrant{c.Keys["impl"], c.Keys["as"]}] = c.Name
	}
	return names
}

// variant looks a name up; the catalog is validated. rank is its place in the table.
func (m *model) variant(p *catalog.Pattern, name string) (v *catalog.Variant, rank int) {
	ranks := m.ranks.Of(p, func() map[string]int {
		ranks := map[string]int{}
		for i, v := range p.Variants {
			ranks[v.Name] = i
		}
		return ranks
	})
	return &p.Variants[ranks[name]], ranks[name]
}

func (s setting) holds(c catalog.Case) bool {
	if !slices.Contains(c.Situations, s.situation.ID) {
		return false
	}
	for key, want := range s.situation.Point {
		if key != s.situation.Axis && c.Keys[key] != want {
			return false
		}
	}
	return s.situation.Axis == "" || c.Keys[s.situation.Axis] == s.value
}

// field is everybody measured in a setting, simplest first.
func (m *model) field(s setting) []contender {
	var field []contender
	by, _ := m.measureOf(s)
	for _, c := range m.cases(s) {
		if s.as != "" && c.Keys["as"] != s.as {
			continue
		}
		v, i := m.variant(s.pattern, c.Keys["impl"])
		u, failed := m.data[c.Name][s.place], m.failed[caseAt{c.Name, s.place}].n > 0
		if u == nil && original(v) {
			u = m.atAnyProcs(c.Name, s.place)
		}
		if len(u[by.unit].Values) == 0 {
			continue
		}
		field = append(field, contender{
			entrant:  entrant{c.Keys["impl"], c.Keys["as"]},
			measure:  by,
			variant:  v,
			eligible: eligible(s.situation, *c, v) && !failed,
			failed:   failed,
			units:    u,
			rank:     (v.Tier*len(s.pattern.Variants)+i)*executions + asRank(c.Keys["as"]),
		})
	}
	slices.SortStableFunc(field, func(a, b contender) int { return cmp.Compare(a.rank, b.rank) })
	return field
}

// atAnyProcs is what a case cost with as many CPUs: a program in another language has
// no GOMAXPROCS to vary.
func (m *model) atAnyProcs(name string, at place) units {
	for other, u := range m.data[name] {
		if other.cpus == at.cpus && other.pin == at.pin {
			return u
		}
	}
	return nil
}

const executions = 5

func asRank(as string) int {
	return max(0, slices.Index([]string{"goroutine", "thread", "process", "fork", "spawn"}, as))
}

func eligible(s *catalog.Situation, c catalog.Case, v *catalog.Variant) bool {
	if original(v) {
		return false
	}
	for key, want := range s.Eligible {
		if c.Keys[key] != want && v.Properties[key] != want {
			return false
		}
	}
	return true
}

// axisValue is one value of a situation's axis.
type axisValue struct {
	text string
	x    float64 // in the axis' unit
}

// axis returns the values along the situation's axis that were measured with all
// CPUs, ascending: none if it has no axis or one of words. Of rates it has those that are
// given as the situation's own is, in shares of the capacity or not.
func (m *model) axis(p *catalog.Pattern, s *catalog.Situation) []axisValue {
	return m.axisIn(p, s, isShare(s.Point[s.Axis]))
}

// isShare reports whether a value is a share of what the machine can do or has: a rate in
// percent, a number for each CPU.
func isShare(value string) bool {
	m := prefixed.FindStringSubmatch(value)
	return m != nil && (m[2] == "pct" || m[2] == "%" || m[2] == "x")
}

// axisIn returns the values that are shares, or those that are none.
func (m *model) axisIn(p *catalog.Pattern, s *catalog.Situation, shares bool) []axisValue {
	if s.Axis == "" {
		return nil
	}
	capacities := map[string]bool{} // they belong to the situation and are on no axis
	for _, c := range p.Cases {
		capacities[c.CapacityOf] = true
	}
	values := map[string]float64{}
	for text, cases := range m.byValue(m.at(p, s)) {
		measured := slices.ContainsFunc(cases, func(c *catalog.Case) bool {
			return !capacities[c.Name] && m.data[c.Name][m.placeOf(p)] != nil
		})
		if !measured || isShare(text) != shares {
			continue
		}
		x, ok := quantity(text)
		if !ok {
			return nil
		}
		values[text] = x
	}
	var axis []axisValue
	for text, x := range values {
		axis = append(axis, axisValue{text, x})
	}
	slices.SortFunc(axis, func(a, b axisValue) int { return cmp.Compare(a.x, b.x) })
	return axis
}

// prefixed is a number with pct, %, x, B or a prefix of size: 80pct, 2x, 4k, 64B, 1MiB. 1m is a
// million; a minute prints as 1m0s.
var prefixed = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(pct|%|x|m|[kKMG]i?|)[bB]?$`)

var scales = map[string]float64{
	"": 1, "pct": 1, "%": 1, "x": 1, "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "G": 1e9, "ki": 1 << 10, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30,
}

// quantity reads a key's value: a count, a percentage, a size, or a duration in
// nanoseconds.
func quantity(text string) (float64, bool) {
	x, ok := parsedQuantity(text)
	return x, ok && (x == 0 || x > 1e-18 && x < 1e18) // beyond that no axis has room for others
}

// sized is a word and what it is a size of: size-1024, n_10.
var sized = regexp.MustCompile(`^([A-Za-z]+)[-_:]([0-9].*)$`)

// sizeOf splits a value into the word before its size, if there is one, and the size.
func sizeOf(text string) (word, size string) {
	if m := sized.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return "", text
}

func parsedQuantity(text string) (float64, bool) {
	_, text = sizeOf(text)
	if m := prefixed.FindStringSubmatch(text); m != nil {
		x, err := strconv.ParseFloat(m[1], 64)
		return x * scales[m[2]], err == nil
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && x >= 0 {
		return x, true
	}
	d, err := time.ParseDuration(text)
	return float64(d), err == nil && d >= 0
}

// axisOf returns the description of the situation's axis.
func axisOf(p *catalog.Pattern, s *catalog.Situation) catalog.Axis {
	for _, a := range p.Axes {
		if a.Key == s.Axis {
			return inShares(a, s)
		}
	}
	return inShares(catalog.Axis{Key: s.Axis, Title: s.Axis}, s)
}

// inShares has an axis say that its values are percentages, or for each of something, if
// they are.
func inShares(a catalog.Axis, s *catalog.Situation) catalog.Axis {
	switch value := s.Point[s.Axis]; {
	case strings.HasSuffix(value, "x") && a.Each != "":
		a.Title += " per " + a.Each
	case (strings.HasSuffix(value, "pct") || strings.HasSuffix(value, "%")) && a.Unit == "":
		a.Unit = "%"
		if a.Key == "rate" {
			a.Title = "capacity offered"
		}
	}
	return a
}

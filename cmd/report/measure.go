package main

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// goal is what somebody wants to be good.
type goal string

const (
	throughput goal = "throughput" // or what else decides in the situation
	tail       goal = "p99"
	processor  goal = "cpu"
	memory     goal = "memory"
)

var goals = []goal{throughput, tail, processor, memory}

// measure is what entrants are compared by: a tidied unit and its direction.
type measure struct {
	unit   string
	higher bool // more is better
	// least is what a 0, which has no ratio, counts as: 1 of what is counted, such as bytes
	// and allocations, else the smallest value that anybody has.
	least float64
	zero  string // how that is spelled, if there is a 0
}

// measureOf is the measure of a goal in a setting. It reports false if nobody there
// was measured in any unit that speaks of the goal.
func (m *model) measureOf(s setting) (measure, bool) {
	var units []string
	switch s.goal {
	case throughput, "":
		units = []string{study.Cost}
		if s.situation.Unit != "" {
			_, unit := benchunit.Tidy(1, s.situation.Unit)
			units = []string{unit}
		}
	case tail:
		units = []string{"p99-sec"}
	case processor:
		units = []string{cpuCost}
	case memory:
		units = []string{"resident-bytes/worker", "peak-heap-bytes", "B/op"}
	}
	for _, unit := range units {
		if x, ok := m.measureIn(s, unit); ok {
			return x, true
		}
	}
	return measure{unit: units[0]}, false
}

// measureIn reports whether anybody in a setting was measured in a unit.
func (m *model) measureIn(s setting, unit string) (measure, bool) {
	x := measure{unit: unit, higher: study.Direction(m.Units, unit) > 0}
	found, zeros, smallest := false, false, math.Inf(1)
	for _, c := range m.cases(s) {
		for _, v := range m.data[c.Name][s.place][unit].Values {
			found = true
			if zeros = zeros || v == 0; v > 0 {
				smallest = min(smallest, v)
			}
		}
	}
	if x.least = smallest; math.IsInf(smallest, 1) || !study.IsTime(unit) && smallest >= 1 {
		x.least = 1
	}
	switch {
	case zeros && math.IsInf(smallest, 1):
		x.zero = spell.Quantity(0, unit)
	case zeros:
		x.zero = "≤ " + spell.Quantity(x.least, unit)
	}
	return x, found
}

// costs turns values into what less of is better.
func (x measure) costs(s stat.Series) (out stat.Series) {
	for i, v := range s.Values {
		if v == 0 {
			v = x.least
		}
		if x.higher {
			v = 1 / v
		}
		out.Rounds, out.Values = append(out.Rounds, s.Rounds[i]), append(out.Values, v)
	}
	return out
}

// spell spells a cost as the value that it is of, or says that it may be 0.
func (x measure) spell(cost float64) string {
	if x.zero != "" && !x.higher && cost <= x.least {
		return x.zero
	}
	if x.higher {
		cost = 1 / cost
	}
	return spell.Quantity(cost, x.unit)
}

// title says what is measured, for an axis or a heading.
func (x measure) title(op string) string {
	switch {
	case x.unit == study.Cost:
		return "time per " + op
	case x.unit == cpuCost:
		return "CPU time per " + op
	}
	return spell.Unit(x.unit)
}

// tick spells a place on an axis of values.
func (x measure) tick(v float64) string {
	if study.IsTime(x.unit) {
		return spell.TickDuration(v)
	}
	if study.IsBytes(x.unit) {
		return spell.TickBytes(v)
	}
	return spell.Short(v)
}

// floor is what the hardware or the kernel takes in a setting.
type floor struct {
	*catalog.Floor
	stat.Series
}

// floors are those shown in a setting that were measured in its measure, in its place
// or, failing that, with all CPUs or anywhere.
func (m *model) floors(s setting, x measure) (all []floor) {
	for i := range s.pattern.Floors {
		f := &s.pattern.Floors[i]
		if !slices.Contains(f.Situations, s.situation.ID) || !s.admits(f.Keys) {
			continue
		}
		places := m.data[f.Name]
		at, ok := places[s.place]
		if !ok {
			at, ok = places[m.placeOf(s.pattern)]
		}
		if !ok && len(places) == 1 {
			for _, only := range places {
				at = only
			}
		}
		if v := at[x.unit]; len(v.Values) > 0 {
			all = append(all, floor{f, v})
		}
	}
	return all
}

// admits reports whether a floor's keys, as far as the setting has them, have its values.
func (s setting) admits(keys map[string]string) bool {
	for k, v := range keys {
		want := s.situation.Point[k]
		if k == s.situation.Axis {
			want = s.value
		}
		if want != "" && v != want {
			return false
		}
	}
	return true
}

// original reports whether a variant is the Python program that the pattern descends
// from: shown for reference, never advised.
func original(v *catalog.Variant) bool {
	return v.Name == "multiprocessing" || strings.HasSuffix(v.TierName, "other language")
}

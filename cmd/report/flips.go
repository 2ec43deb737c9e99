package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// curves are what the best of two groups cost along an axis.
type curves struct {
	axis         []axisValue
	bestA, bestB []contender // at each value
	crossover    stat.Crossover
}

// cross looks for where the best of a comes within threshold of the best of b along
// the situation's axis, at full CPUs. It reports false where they do not share two
// values and some rounds.
func (m *model) cross(set setting, a, b func(contender) bool, threshold float64) (curves, bool) {
	var c curves
	var groupsA, groupsB [][]contender
	var bests []stat.Series
	var x []float64
	for _, v := range m.axis(set.pattern, set.situation) {
		set.value, set.place = v.text, m.placeOf(set.pattern)
		field := m.field(set)
		bestA, okA := bestOf(field, a)
		bestB, okB := bestOf(field, b)
		if okA && okB {
			c.axis, x = append(c.axis, v), append(x, v.x)
			c.bestA, c.bestB = append(c.bestA, bestA), append(c.bestB, bestB)
			groupsA, groupsB = append(groupsA, members(field, a)), append(groupsB, members(field, b))
			bests = append(bests, bestA.cost(), bestB.cost())
		}
	}
	if len(c.axis) < 2 {
		return c, false
	}
	rounds := stat.CommonRounds(bests...)
	var costsA, costsB [][][]float64
	for i := range x {
		costsA, costsB = append(costsA, costsIn(rounds, groupsA[i])), append(costsB, costsIn(rounds, groupsB[i]))
	}
	var err error
	c.crossover, err = stat.FindBestCrossover(x, costsA, costsB, threshold, stat.Confidence, uint64(m.Machine.Seed))
	return c, err == nil
}

// costsIn is what each of a group cost in the rounds; who lacks one of them is left
// out.
func costsIn(rounds []int, group []contender) (all [][]float64) {
	for _, c := range group {
		if costs := c.cost().In(rounds); len(costs) == len(rounds) {
			all = append(all, costs)
		}
	}
	return all
}

// bestOf returns the group's contender with the lowest median.
func bestOf(field []contender, group func(contender) bool) (best contender, ok bool) {
	for _, c := range field {
		if group(c) && (!ok || c.cost().Median() < best.cost().Median()) {
			best, ok = c, true
		}
	}
	return best, ok
}

// axisFlip is a change of the entrant to use along the situation's axis.
type axisFlip struct {
	to      entrant
	above   bool      // true: to is the one to use above, false: below
	simpler contender // of the two: the one that comes within, or leaves, the 10 %
	// between these two measured values, at the crossing if one was found
	from, until axisValue
	at          float64 // 0 if there is none
	lo, hi      float64 // of at; 0 and +Inf where open
	sure        bool    // both choices are
}

func (f axisFlip) text(a catalog.Axis) string {
	side := "below"
	if f.above {
		side = "above"
	}
	if f.at == 0 {
		return fmt.Sprintf("%s: %s a point between %s and %s", perhaps(f.sure, f.to), side, onAxis(f.from.x, a), onAxis(f.until.x, a))
	}
	return fmt.Sprintf("%s: %s %s (%s)", perhaps(f.sure, f.to), side, onAxis(f.at, a), bounds(f.lo, f.hi, a))
}

// perhaps marks an entrant whose being chosen another run may not confirm.
func perhaps(sure bool, e entrant) string {
	if sure {
		return e.String()
	}
	return "perhaps " + e.String()
}

// bounds spells the interval of a place on an axis.
func bounds(lo, hi float64, a catalog.Axis) string {
	switch {
	case lo == 0 && math.IsInf(hi, 1):
		return "95 %: anywhere in the measured range"
	case lo == 0:
		return "95 %: up to " + onAxis(hi, a)
	case math.IsInf(hi, 1):
		return "95 %: " + onAxis(lo, a) + " or more"
	}
	from, to := onAxis(lo, a), onAxis(hi, a)
	if number, unit, ok := strings.Cut(from, " "); ok && strings.HasSuffix(to, " "+unit) {
		from = number
	}
	return "95 %: " + from + "–" + to
}

// axisFlips returns the changes nearest to the situation's point, at most one to
// each side.
func (m *model) axisFlips(set setting) []axisFlip {
	set.goal = cmp.Or(set.goal, throughput)
	return m.flipsAt.Of(set, func() []axisFlip { return m.findFlips(set) })
}

func (m *model) findFlips(set setting) (flips []axisFlip) {
	p, s := set.pattern, set.situation
	axis := m.axis(p, s)
	var fields [][]contender
	var choices []choice
	for _, v := range axis {
		set.value, set.place = v.text, m.placeOf(p)
		field := m.field(set)
		c, _ := choose(field)
		fields, choices = append(fields, field), append(choices, c)
	}
	point := slices.IndexFunc(axis, func(v axisValue) bool { return v.text == s.Point[s.Axis] })
	if point < 0 || choices[point].use == nil {
		return nil
	}
	here := choices[point]
	for _, step := range []int{-1, +1} {
		near := axis[point]
		for i := point + step; 0 <= i && i < len(axis); i += step {
			far, there := axis[i], choices[i]
			switch {
			case !hasEntrant(fields[i], here.use.entrant):
				continue // who is absent is not overtaken
			case there.use == nil || there.use.entrant == here.use.entrant:
				near = far
				continue
			}
			f := axisFlip{to: there.use.entrant, above: step > 0, from: near, until: far, sure: here.sure && there.sure}
			if step < 0 {
				f.from, f.until = far, near
			}
			f.simpler = slices.MinFunc([]contender{*here.use, *there.use}, func(a, b contender) int { return cmp.Compare(a.rank, b.rank) })
			m.locate(set, &f)
			flips = append(flips, f)
			break
		}
	}
	return flips
}

func hasEntrant(field []contender, e entrant) bool {
	return slices.ContainsFunc(field, func(c contender) bool { return c.entrant == e })
}

// locate finds the crossing behind a flip: where the simpler of the two costs 10 %
// more than the best of the others. It leaves at 0 if there is none between the two
// values, since the rule looks at whole intervals and the crossing at estimates.
func (m *model) locate(set setting, f *axisFlip) {
	is := func(c contender) bool { return c.entrant == f.simpler.entrant }
	others := func(c contender) bool { return c.eligible && !is(c) }
	c, ok := m.cross(set, is, others, within)
	if !ok || len(c.crossover.Crossings) != 1 || !c.crossover.Stable {
		return
	}
	if x := c.crossover.Crossings[0]; f.from.x <= x && x <= f.until.x && !c.crossover.BelowFirst {
		f.at, f.lo, f.hi = x, c.crossover.Lo, c.crossover.Hi
	}
}

// flips says when another entrant becomes the one to use: along the axis, and in
// other places.
func (m *model) flips(set setting, here choice) string {
	p, s := set.pattern, set.situation
	if m.rounds < stat.RoundsFor(alpha, 1) {
		return "too few rounds to tell"
	}
	var words []string
	for _, f := range m.axisFlips(set) {
		words = append(words, f.text(axisOf(p, s)))
	}
	places := m.places(p, s)
	var others []string
	where := map[string][]place{}
	for _, at := range places {
		if at == m.placeOf(p) {
			continue
		}
		set.place, set.value = at, s.Point[s.Axis]
		field := m.field(set)
		if !hasEntrant(field, here.use.entrant) {
			continue // not measured there
		}
		if c, ok := choose(field); ok && c.use.entrant != here.use.entrant {
			other := perhaps(here.sure && c.sure, c.use.entrant)
			if where[other] == nil {
				others = append(others, other)
			}
			where[other] = append(where[other], at)
		}
	}
	for _, e := range others {
		words = append(words, e+": at "+namesOf(where[e], places, m.placeOf(p)))
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, " · ")
	case len(m.axis(p, s)) < 2 && len(places) < 2:
		return "not varied"
	}
	switch alone, rivals := m.comparedElsewhere(set, here.use.entrant); {
	case rivals:
		return "not in the measured range"
	case alone:
		return "not varied: it has no rival elsewhere"
	case s.Axis != "":
		only := s.Point[s.Axis]
		if x, ok := quantity(only); ok {
			only = onAxis(x, axisOf(p, s))
		}
		return fmt.Sprintf("not varied: %v was measured at %s only", here.use.entrant, only)
	}
	return fmt.Sprintf("not varied: %v was measured %s only", here.use.entrant, m.placeOf(p))
}

// comparedElsewhere reports whether an entrant was measured anywhere but at the situation's point,
// alone or with eligible rivals: who was not, cannot be overtaken there.
func (m *model) comparedElsewhere(set setting, e entrant) (alone, rivals bool) {
	p, s := set.pattern, set.situation
	look := func(set setting) {
		field := m.field(set)
		if !hasEntrant(field, e) {
			return
		}
		alone = true
		rivals = rivals || slices.ContainsFunc(field, func(c contender) bool { return c.eligible && c.entrant != e })
	}
	for _, v := range m.axis(p, s) {
		if v.text != s.Point[s.Axis] {
			set.value, set.place = v.text, m.placeOf(p)
			look(set)
		}
	}
	for _, at := range m.places(p, s) {
		if at != m.placeOf(p) {
			set.value, set.place = s.Point[s.Axis], at
			look(set)
		}
	}
	return alone, rivals
}

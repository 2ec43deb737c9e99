package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
)

const (
	// within is how much dearer than the fastest the simplest may be and still be
	// the one to use.
	within = 1.10
	// dear is from where on an entrant is one to avoid.
	dear = 2.0
)

// choice is the decision on one field of contenders.
type choice struct {
	use, fastest *contender
	rival        *contender // the fastest, or who comes next to it; nil if there is nobody else
	overRival    comparison // rival's cost over use's
	avoid        []avoided  // worst first
	confidence   string     // "clear", "tie" or "cannot tell: ±6 %"
	why          string     // what the confidence is about, a sentence
	undecided    undecided  // what keeps it from being sure, if it is not
	sure         bool       // another run would choose the same, or lose less than 10 % by it
}

// settled reports whether there was a choice, and no doubt about it.
func (c choice) settled() bool { return c.sure && c.rival != nil }

type avoided struct {
	contender
	stat.Ratio // over the fastest
}

// choose takes the simplest eligible contender whose cost stays within 10 % of the
// fastest. It is sure if whole intervals say so: that of who is taken stays within, and
// those of whoever is simpler stay out. Else estimates decide, and not the fastest by
// default: who is a little too unsure to be taken for certain is still more likely the
// choice of the next run. It reports false if nobody is eligible.
func choose(field []contender) (choice, bool) {
	var able []contender // simplest first
	for _, c := range field {
		if c.eligible {
			able = append(able, c)
		}
	}
	if len(able) == 0 {
		return choice{}, false
	}
	fastest := slices.MinFunc(able, func(a, b contender) int { return cmp.Compare(a.cost().Median(), b.cost().Median()) })
	c := choice{fastest: &fastest}
	var at *border
	for i, a := range able {
		if a.entrant == fastest.entrant {
			if c.use == nil {
				c.use = c.fastest
			}
			continue
		}
		r, ok := ratio(fastest.cost(), a.cost())
		if !ok {
			continue // costs that have no ratio
		}
		if c.use == nil {
			if at == nil && r.Lo <= within && r.Hi > within {
				at = &border{a, r}
			}
			if r.Est <= within {
				c.use = &able[i]
			}
		}
		if r.Lo >= dear {
			c.avoid = append(c.avoid, avoided{a, r})
		}
	}
	slices.SortStableFunc(c.avoid, func(a, b avoided) int { return cmp.Compare(b.Est, a.Est) })
	c.compareRival(able)
	c.judge(at)
	return c, true
}

// border is the simplest who may or may not be within 10 %.
type border struct {
	contender
	stat.Ratio // over the fastest
}

// compareRival finds the contender that use has to be told from.
func (c *choice) compareRival(able []contender) {
	var others []contender
	var costs []stat.Series
	for _, a := range able {
		if a.entrant != c.use.entrant {
			others, costs = append(others, a), append(costs, a.cost())
		}
	}
	if len(others) == 0 {
		return
	}
	all := compareAll(c.use.cost(), costs)
	best := 0
	for i, o := range others {
		if o.cost().Median() < others[best].cost().Median() {
			best = i
		}
	}
	c.rival, c.overRival = &others[best], all[best]
	c.overRival.Ratio = chosen(c.overRival.Ratio, others, []contender{*c.use})
}

func (c *choice) judge(at *border) {
	c.sure = at == nil && (c.rival == nil || c.overRival.Lo >= 1/within)
	switch {
	case c.rival == nil:
		c.confidence = "only candidate"
		c.why = "nobody else was measured that may be advised here"
		return
	case at != nil && at.entrant == c.use.entrant:
		c.cannotTell(undecided{at.Ratio, within}, fmt.Sprintf("it may or may not be within 10 %% of %v (%s), and is simpler", c.fastest.entrant, spell.Interval(at.Ratio)))
		return
	case at != nil:
		c.cannotTell(undecided{at.Ratio, within}, fmt.Sprintf("%v is simpler and may or may not be within 10 %% of %v (%s)", at.entrant, c.fastest.entrant, spell.Interval(at.Ratio)))
		return
	case !c.sure:
		c.cannotTell(undecided{c.overRival.Ratio, 1 / within}, fmt.Sprintf("%v may be faster by more than 10 %% (%s)", c.rival.entrant, spell.Interval(c.overRival.Ratio)))
		return
	}
	// The interval allows for the rival's having been chosen, so it needs no Holm: the
	// question is about one pair.
	switch c.overRival.Verdict(stat.Margin) {
	case stat.Same:
		c.confidence = "tie"
		c.why = fmt.Sprintf("%v costs the same, within 3 %%", c.rival.entrant)
	case stat.CannotTell: // whoever is faster, it is not by what the decision tolerates
		c.confidence = "tie"
		c.why = fmt.Sprintf("%v may be faster or slower, but not faster by 10 %% (%s)", c.rival.entrant, spell.Interval(c.overRival.Ratio))
	default:
		c.confidence = "clear"
		c.why = fmt.Sprintf("%v costs %s", c.rival.entrant, over(*c.use, c.overRival.Ratio, " of it"))
	}
}

func (c *choice) cannotTell(u undecided, why string) {
	c.undecided = u
	c.confidence = "cannot tell: " + spell.Uncertainty(u.Ratio)
	c.why = why + u.String()
}

// lead says who is fastest, and by how much.
func (c *choice) lead() string {
	if c.rival == nil {
		return c.fastest.String()
	}
	if c.use.entrant == c.fastest.entrant {
		if c.overRival.Est < 1 { // the median and the rounds do not agree
			return fmt.Sprintf("%v by its median; round by round %v is at %s (%s)", c.fastest.entrant, c.rival.entrant, spell.Factor(c.overRival.Est), spell.Interval(c.overRival.Ratio))
		}
		return fmt.Sprintf("%v; next is %v at %s", c.fastest.entrant, c.rival.entrant, over(*c.fastest, c.overRival.Ratio, ""))
	}
	r := c.overRival.Ratio.Inverse()
	if r.Est < 1 {
		return fmt.Sprintf("%v by its median; round by round %v costs %s (%s)", c.fastest.entrant, c.use.entrant, spell.Factor(r.Est), spell.Interval(r))
	}
	return fmt.Sprintf("%v; %v costs %s", c.fastest.entrant, c.use.entrant, over(*c.fastest, r, ""))
}

// over spells a ratio over base, with words behind it and its interval, if it has one.
func over(base contender, r stat.Ratio, words string) string {
	if base.mayBeNothing() {
		return factorOver(base, r.Est) + words
	}
	return fmt.Sprintf("%s%s (%s)", spell.Factor(r.Est), words, spell.Interval(r))
}

// factorOver spells how many times base something costs. Where base may have cost nothing,
// which has no ratio, all that is known is a bound.
func factorOver(base contender, r float64) string {
	if base.mayBeNothing() && r > 1 {
		return "≥ " + spell.Factor(r)
	}
	return spell.Factor(r)
}

// avoidance names the worst to avoid.
func (c *choice) avoidance() string {
	const most = 3
	var words []string
	for i, a := range c.avoid {
		if i == most {
			words = append(words, fmt.Sprintf("%d more from %s", len(c.avoid)-most, spell.Factor(c.avoid[len(c.avoid)-1].Est)))
			break
		}
		words = append(words, fmt.Sprintf("%v %s", a.entrant, factorOver(*c.fastest, a.Est)))
	}
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

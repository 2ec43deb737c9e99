package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	sure         bool       // another run would choose the same, or lose less than 10 % by it
}

type avoided struct {
	contender
	stat.Ratio // over the fastest
}

// choose takes the simplest eligible contender whose cost stays, interval and all,
// within 10 % of the fastest. It reports false if nobody is eligible.
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
	fastest := slices.MinFunc(able, func(a, b contender) int { return cmp.Compare(a.cost().median(), b.cost().median()) })
	c := choice{fastest: &fastest}
	var doubtful *stat.Ratio // over the fastest, of somebody simpler who may be within
	var who contender
	for i, a := range able {
		if a.entrant == fastest.entrant {
			if c.use == nil {
				c.use = c.fastest
			}
			continue
		}
		r, ok := ratio(fastest.cost(), a.cost())
		switch {
		case !ok:
			continue // costs that have no ratio
		case c.use != nil:
		case r.Hi <= within:
			c.use = &able[i]
		case r.Lo <= within && doubtful == nil:
			doubtful, who = &r, a
		}
		if r.Lo >= dear {
			c.avoid = append(c.avoid, avoided{a, r})
		}
	}
	slices.SortStableFunc(c.avoid, func(a, b avoided) int { return cmp.Compare(b.Est, a.Est) })
	c.compareRival(able)
	c.judge(doubtful, who)
	return c, true
}

// compareRival finds the contender that use has to be told from.
func (c *choice) compareRival(able []contender) {
	var others []contender
	var costs []series
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
		if o.cost().median() < others[best].cost().median() {
			best = i
		}
	}
	c.rival, c.overRival = &others[best], all[best]
	c.overRival.Ratio = chosen(c.overRival.Ratio, others, []contender{*c.use})
}

func (c *choice) judge(doubtful *stat.Ratio, simpler contender) {
	c.sure = doubtful == nil && (c.rival == nil || c.overRival.Lo >= 1/within)
	switch {
	case c.rival == nil:
		c.confidence = "only candidate"
		c.why = "nobody else was measured that may be advised here"
		return
	case doubtful != nil:
		c.confidence = "cannot tell: " + uncertainty(*doubtful)
		c.why = fmt.Sprintf("%v is simpler and may or may not be within 10 %% of %v (%s)", simpler.entrant, c.fastest.entrant, interval(*doubtful))
		return
	}
	// The interval allows for the rival's having been chosen, so it needs no Holm: the
	// question is about one pair.
	switch c.overRival.Verdict(stat.Margin) {
	case stat.Same:
		c.confidence = "tie"
		c.why = fmt.Sprintf("%v costs the same, within 3 %%", c.rival.entrant)
	case stat.CannotTell:
		if c.sure { // whoever is faster, it is not by what the decision tolerates
			c.confidence = "tie"
			c.why = fmt.Sprintf("%v may be faster or slower, but not faster by 10 %% (%s)", c.rival.entrant, interval(c.overRival.Ratio))
			return
		}
		c.confidence = "cannot tell: " + uncertainty(c.overRival.Ratio)
		c.why = fmt.Sprintf("%v may be faster or slower", c.rival.entrant)
	default:
		c.confidence = "clear"
		c.why = fmt.Sprintf("%v costs %s of it (%s)", c.rival.entrant, factor(c.overRival.Est), interval(c.overRival.Ratio))
	}
}

// lead says who is fastest, and by how much.
func (c *choice) lead() string {
	if c.rival == nil {
		return c.fastest.String()
	}
	if c.use.entrant == c.fastest.entrant {
		return fmt.Sprintf("%v; next is %v at %s (%s)", c.fastest.entrant, c.rival.entrant, factor(c.overRival.Est), interval(c.overRival.Ratio))
	}
	r := inverse(c.overRival.Ratio)
	return fmt.Sprintf("%v; %v costs %s (%s)", c.fastest.entrant, c.use.entrant, factor(r.Est), interval(r))
}

// avoidance names the worst to avoid.
func (c *choice) avoidance() string {
	const most = 3
	var words []string
	for i, a := range c.avoid {
		if i == most {
			words = append(words, fmt.Sprintf("%d more from %s", len(c.avoid)-most, factor(c.avoid[len(c.avoid)-1].Est)))
			break
		}
		words = append(words, fmt.Sprintf("%v %s", a.entrant, factor(a.Est)))
	}
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

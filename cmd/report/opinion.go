package main

import (
	"fmt"
	"math"
	"slices"

	"crossover/cmd/report/internal/spell"
)

// opinion is what another study says of a decision of this one: whether who follows it there
// stays within 10 % of the fastest.
type opinion struct {
	Study      string     `json:"study"`         // its machine
	Use        string     `json:"use,omitempty"` // what it advises itself, "" if nothing
	Confidence string     `json:"confidence,omitempty"`
	Advice     holding    `json:"advice"`                 // of this study
	Over       *jsonRatio `json:"over_fastest,omitempty"` // what is advised here, over who is fastest there
	Words      string     `json:"words"`
}

// holding is whether advice holds in another study: the whole interval of what it costs there
// over the fastest stays within 10 %, or all of it lies beyond, or neither.
type holding string

const (
	holds      holding = "holds"
	fails      holding = "fails"
	unsure     holding = "cannot tell"
	unmeasured holding = "not measured"
)

// opinions are what the other studies say of a choice, in their order.
func (m *model) opinions(set setting, c choice) (all []opinion) {
	for _, o := range m.others {
		said := o.opinionOn(set, *c.use)
		said.Study = o.label
		all = append(all, said)
	}
	return all
}

// opinionOn is what this study says of what another one advises in a setting.
func (m *model) opinionOn(set setting, use contender) opinion {
	nothing := opinion{Advice: unmeasured, Words: "–"}
	p, s := m.situation(set.situation.ID)
	if s == nil {
		return nothing
	}
	there := m.at(p, s)
	there.goal, there.as = set.goal, set.as
	field := m.field(there)
	c, ok := choose(field)
	if !ok {
		return nothing
	}
	o := opinion{Use: c.use.String(), Confidence: c.confidence}
	i := slices.IndexFunc(field, func(f contender) bool { return f.entrant == use.entrant && f.unit == use.unit })
	switch {
	case slices.ContainsFunc(m.casualties(there), func(x casualty) bool { return x.entrant == use.entrant }):
		o.Advice, o.Words = fails, "it failed there"
	case i < 0:
		return nothing
	case !field[i].eligible:
		o.Advice, o.Words = fails, "it may not be advised there"
	default:
		o.Advice, o.Words, o.Over = c.follow(field[i], members(field, func(f contender) bool { return f.eligible }))
	}
	if c.use.entrant != use.entrant {
		o.Words += "; there " + o.Use
	}
	return o
}

// follow says whether advice to use one of those that are able holds, and what following it costs
// over the fastest of them.
func (c choice) follow(one contender, able []contender) (holding, string, *jsonRatio) {
	r, ok := ratio(c.fastest.cost(), one.cost())
	if !ok {
		return unsure, "costs without a ratio", nil
	}
	r = chosen(r, []contender{one}, able)
	r.P = math.NaN() // nothing was asked beforehand
	advice, words := unsure, fmt.Sprintf("%s (%s)", spell.Factor(r.Est), spell.Interval(r))
	switch {
	case c.use.entrant == one.entrant && c.sure, r.Hi <= within:
		advice = holds
		if c.fastest.entrant == one.entrant {
			words = "the fastest"
		}
	case r.Lo > within:
		advice = fails
	}
	return advice, words, ratioJSON(comparison{Ratio: r})
}

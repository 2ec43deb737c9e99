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
	p, s := m.situation(set.situation.ID)
	if s == nil {
		return opinion{Advice: unmeasured, Words: "–"}
	}
	there := m.at(p, s)
	there.goal, there.as = set.goal, set.as
	field := m.field(there)
	c, ok := choose(field)
	i := slices.IndexFunc(field, func(f contender) bool { return f.entrant == use.entrant && f.unit == use.unit })
	if !ok || i < 0 {
		return opinion{Advice: unmeasured, Words: "–"}
	}
	return c.opinionOn(field[i], members(field, func(f contender) bool { return f.eligible }))
}

// opinionOn says of one of a field what it costs more than the fastest of those that are able.
func (c choice) opinionOn(one contender, able []contender) opinion {
	o := opinion{Use: c.use.String(), Confidence: c.confidence, Advice: unsure}
	rival := ""
	if c.use.entrant != one.entrant {
		rival = "; there " + o.Use
	}
	r, ok := ratio(c.fastest.cost(), one.cost())
	r = chosen(r, []contender{one}, able)
	switch {
	case !one.eligible:
		o.Advice, o.Words = fails, "it may not be advised there"
		if one.failed {
			o.Words = "it failed there"
		}
		o.Words += rival
		return o
	case !ok:
		o.Words = "costs without a ratio" + rival
		return o
	case c.use.entrant == one.entrant && c.sure, r.Hi <= within:
		o.Advice = holds
	case r.Lo > within:
		o.Advice = fails
	}
	r.P = math.NaN() // nothing was asked beforehand
	o.Over = ratioJSON(comparison{Ratio: r})
	o.Words = fmt.Sprintf("%s (%s)%s", spell.Factor(r.Est), spell.Interval(r), rival)
	if o.Advice == holds && c.fastest.entrant == one.entrant {
		o.Words = "the fastest"
	}
	return o
}

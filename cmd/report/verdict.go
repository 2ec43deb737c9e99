package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// verdict answers one of the catalog's headline questions, everywhere it is asked.
type verdict struct {
	Question  string
	Headlines []headline // one for each place where it is asked
	More      []string   // the same question in other situations, a sentence each
}

// headline is the answer in one place.
type headline struct {
	Answer    string      // a few words
	Sentence  string      // quotable: ratio, interval, machine
	Chart     string      // name of the figure that shows it, "" if there is none
	Elsewhere []verdictAt // of the other studies
}

// lines are the headlines to be read one after the other, the first begins with the
// question.
func (v verdict) lines() []headline {
	lines := slices.Clone(v.Headlines)
	lines[0].Answer = v.Question + " " + lines[0].Answer
	return lines
}

// duel sets the best of two groups against each other in one setting.
type duel struct {
	setting
	a, b     contender
	okA, okB bool
	aOverB   comparison
	failed   []casualty // of either group
}

func (m *model) duel(set setting, v catalog.Verdict) duel {
	d := duel{setting: set}
	inA, inB := inGroup(v.A, set), inGroup(v.B, set)
	for _, c := range m.casualties(set) {
		if inA(c.entrant) || inB(c.entrant) {
			d.failed = append(d.failed, c)
		}
	}
	field := m.field(set)
	d.a, d.okA = bestOf(field, memberOf(v.A, set))
	d.b, d.okB = bestOf(field, memberOf(v.B, set))
	if d.okA && d.okB {
		d.aOverB = compareAll(d.b.cost(), []stat.Series{d.a.cost()})[0]
		d.aOverB.Ratio = chosen(d.aOverB.Ratio, members(field, memberOf(v.A, set)), members(field, memberOf(v.B, set)))
	}
	return d
}

func members(field []contender, group func(contender) bool) (all []contender) {
	for _, c := range field {
		if group(c) {
			all = append(all, c)
		}
	}
	return all
}

// memberOf reports who stands for a group in a setting: who failed there does not.
func memberOf(g catalog.Group, set setting) func(contender) bool {
	in := inGroup(g, set)
	return func(c contender) bool { return !c.failed && in(c.entrant) }
}

// inGroup reports who is in a group in a setting.
func inGroup(g catalog.Group, set setting) func(entrant) bool {
	keys := map[string]string{}
	for k, v := range set.situation.Point {
		keys[k] = v
	}
	if set.situation.Axis != "" {
		keys[set.situation.Axis] = set.value
	}
	return func(e entrant) bool {
		keys["impl"], keys["as"] = e.impl, e.as
		return g.Matches(keys)
	}
}

// verdicts answers the catalog's questions, each once.
func (m *model) verdicts() (all []verdict) {
	for _, v := range m.Catalog.Verdicts {
		answered := m.verdict(v)
		i := slices.IndexFunc(all, func(w verdict) bool { return w.Question == v.Question })
		if i < 0 {
			all = append(all, answered)
			continue
		}
		w := &all[i]
		w.Headlines = append(w.Headlines, answered.Headlines...)
		w.More = append(w.More, answered.More...)
	}
	return all
}

func (m *model) verdict(v catalog.Verdict) verdict {
	lead := headline{Elsewhere: m.answersElsewhere(v.ID)}
	var more []string
	placed := func(text string) string {
		if v.Where != "" {
			text = v.Where + ": " + text
		}
		return spell.Sentence(text)
	}
	for i, id := range v.Situations {
		p, s := m.situation(id)
		d := m.duel(m.at(p, s), v)
		answer, said := d.answer(v)
		said = spell.Sentence(p.Name+", "+s.Name) + ": " + said + "."
		if i > 0 {
			more = append(more, said)
			continue
		}
		lead.Answer, lead.Sentence = placed(answer), placed(said)
		if along, ok := m.along(p, s, v); ok {
			more = append(more, said)
			lead.Answer, lead.Sentence = placed(along.answer), placed(along.said)+"."
			lead.Chart = figureName(s, "cost")
		}
		lead.Sentence = strings.TrimSuffix(lead.Sentence, ".") + " — " + m.machineName(p) + "."
	}
	return verdict{v.Question, []headline{lead}, more}
}

// situation looks an id up; the catalog is validated.
func (m *model) situation(id string) (*catalog.Pattern, *catalog.Situation) {
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			if p.Situations[j].ID == id {
				return p, &p.Situations[j]
			}
		}
	}
	return nil, nil
}

// machineName names the machine as findings on a pattern do; nil is for all.
func (m *model) machineName(p *catalog.Pattern) string {
	return strings.TrimSuffix(m.Machine.CPU+", "+m.placeOf(p).String(), ", ")
}

// answer says in a few words, and in a sentence without its full stop, how the duel ends.
func (d *duel) answer(v catalog.Verdict) (answer, said string) {
	switch {
	case !d.okA && !d.okB:
		return "not measured", fmt.Sprintf("neither %s nor %s was measured", v.A.Name, v.B.Name) + fallen(d.failed)
	case !d.okA:
		return "not measured", alone(v.B, d.b, v.A) + fallen(d.failed)
	case !d.okB:
		return "not measured", alone(v.A, d.a, v.B) + fallen(d.failed)
	}
	a, b := named(v.A, d.a), named(v.B, d.b)
	switch d.aOverB.verdict() {
	case stat.Same:
		return "either: they cost the same", fmt.Sprintf("%s and %s cost the same, within 3 %% (95 %%: %s)", a, b, times(d.aOverB.Ratio)) + d.caveat()
	case stat.Slower:
		return v.B.Name + ", by " + spell.Factor(d.aOverB.Est), less(v.B, b, a, d.aOverB.Ratio) + d.caveat()
	case stat.Faster:
		r := d.aOverB.Ratio.Inverse()
		return v.A.Name + ", by " + spell.Factor(r.Est), less(v.A, a, b, r) + d.caveat()
	}
	answer = "this run cannot tell"
	if r := d.aOverB; r.Bounded() {
		answer = "cannot tell: at most " + spell.Factor(max(r.Hi, 1/r.Lo)) + " apart"
	}
	return answer, fmt.Sprintf("this run cannot tell %s from %s: the first costs %s the second (95 %%: %s)",
		a, b, spell.Factor(d.aOverB.Est), times(d.aOverB.Ratio)) + d.caveat()
}

// alone says that one group has no opponent.
func alone(g catalog.Group, best contender, missing catalog.Group) string {
	return fmt.Sprintf("%s was measured (%v, %s), %s was not", g.Name, best.entrant, best.spell(best.cost().Median()), missing.Name)
}

// caveat says who of the two may not be advised here, and who failed.
func (d *duel) caveat() string {
	var out []string
	for _, c := range []contender{d.a, d.b} {
		if !c.eligible {
			out = append(out, c.String())
		}
	}
	if len(out) == 0 {
		return fallen(d.failed)
	}
	return fmt.Sprintf("; %s: for reference only, this situation asks for %s", spell.List(out), demands(d.situation)) + fallen(d.failed)
}

// demands spells who is eligible.
func demands(s *catalog.Situation) string {
	var words []string
	for key, want := range s.Eligible {
		words = append(words, key+" = "+want)
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// less says that cheap costs less than dear, by r.
func less(g catalog.Group, cheap, dear string, r stat.Ratio) string {
	return fmt.Sprintf("%s %s %s less than %s (95 %%: %s)", cheap, verb(g, "costs", "cost"), spell.Factor(r.Est), dear, times(r))
}

func times(r stat.Ratio) string {
	if !r.Bounded() {
		return spell.Interval(r)
	}
	return spell.Interval(r) + "×"
}

// named is the group with its best entrant here and what that cost.
func named(g catalog.Group, c contender) string {
	return fmt.Sprintf("%s (%v, %s)", g.Name, c.entrant, c.spell(c.cost().Median()))
}

// verb agrees with the group's name: "a channel" costs, "goroutines" cost.
func verb(g catalog.Group, singular, plural string) string {
	for _, article := range []string{"a ", "an ", "the "} {
		if strings.HasPrefix(g.Name, article) {
			return singular
		}
	}
	return plural
}

// finding is what is said about a whole axis.
type finding struct{ answer, said string }

// along answers along the situation's axis. It reports false if there is none.
func (m *model) along(p *catalog.Pattern, s *catalog.Situation, v catalog.Verdict) (finding, bool) {
	axis := m.axis(p, s)
	if len(axis) < 2 {
		return finding{}, false
	}
	ends := [2]duel{}
	for i, value := range []axisValue{axis[0], axis[len(axis)-1]} {
		ends[i] = m.duel(setting{pattern: p, situation: s, value: value.text, place: m.placeOf(p)}, v)
		if !ends[i].okA || !ends[i].okB {
			return finding{}, false
		}
	}
	// The question is where the two draw level, so it is put at the end where they
	// are further apart.
	far := 0
	if math.Abs(math.Log(ends[1].aOverB.Est)) > math.Abs(math.Log(ends[0].aOverB.Est)) {
		far = 1
	}
	cheap, dear, r := v.B, v.A, ends[far].aOverB
	if r.Est < 1 {
		cheap, dear, r.Ratio = v.A, v.B, r.Ratio.Inverse()
	}
	set := m.at(p, s)
	c, ok := m.cross(set, memberOf(dear, set), memberOf(cheap, set), within)
	if !ok || !r.Bounded() {
		return finding{}, false
	}
	a := axisOf(p, s)
	span := fmt.Sprintf("between %s and %s", onAxis(c.axis[0].x, a), amount(c.axis[len(c.axis)-1].x, a))
	at := []int{0, len(c.axis) - 1}[far]
	gap := fmt.Sprintf("at %s %s (%v) %s %s less than %v (95 %%: %s)", amount(c.axis[at].x, a),
		cheap.Name, c.bestB[at].entrant, verb(cheap, "costs", "cost"), spell.Factor(r.Est), c.bestA[at].entrant, times(r.Ratio))

	if !c.crossover.Stable && r.Lo <= 1 && 1 <= r.Hi {
		return finding{}, false // too noisy to say who is ahead, let alone where
	}
	f := finding{
		answer: "either: within 10 % throughout",
		said:   fmt.Sprintf("%s, %s (%v) %s within 10 %% of %s (%v) throughout", span, dear.Name, c.bestA[at].entrant, verb(dear, "stays", "stay"), cheap.Name, c.bestB[at].entrant),
	}
	switch n := len(c.crossover.Crossings); {
	case n == 1:
		f = c.crossing(cheap, dear, a, gap)
	case n > 1:
		f = finding{
			answer: "it depends: more than one crossover",
			said:   fmt.Sprintf("%s, %s %s within 10 %% of %s and %s it again, %d times; %s", span, dear.Name, verb(dear, "comes", "come"), cheap.Name, verb(dear, "leaves", "leave"), n, gap),
		}
	case c.crossover.Before == stat.Above:
		f = finding{
			answer: cheap.Name + ", throughout",
			said:   fmt.Sprintf("no crossover %s: %s %s ahead by more than 10 %% throughout; %s", span, cheap.Name, verb(cheap, "stays", "stay"), gap),
		}
	}
	if !c.crossover.Stable {
		f.answer = "perhaps " + f.answer
		if len(c.crossover.Crossings) == 0 {
			f.said += "; unsettled: another run may well find a crossover"
		} else {
			f.said += "; unsettled: another run may well place the crossover elsewhere, or find none"
		}
	}
	return f, true
}

// crossing words a single crossover: on one side of it the dearer group is within
// 10 % of the cheaper one.
func (c curves) crossing(cheap, dear catalog.Group, a catalog.Axis, gap string) finding {
	x := c.crossover.Crossings[0]
	level, apart := "above", "below" // sides of x on which they are level, and not
	if c.crossover.After == stat.Above {
		level, apart = apart, level
	}
	where := amount(x, a)
	interval := bounds(c.crossover.Lo, c.crossover.Hi, a)
	if c.crossover.BelowFirst {
		// Nobody measured between 0 and the first positive value.
		where = "a point between 0 and " + where
	}
	near := 0 // the measured value next to the crossing on the level side
	for i, v := range c.axis {
		if (level == "above") == (v.x >= x) {
			near = i
			if level == "above" {
				break
			}
		}
	}
	return finding{
		answer: fmt.Sprintf("%s %s %s; %s, either", cheap.Name, apart, where, level),
		said: fmt.Sprintf("%s (%v) %s within 10 %% of %s (%v) %s %s (%s); %s",
			dear.Name, c.bestA[near].entrant, verb(dear, "is", "are"), cheap.Name, c.bestB[near].entrant,
			level, where, interval, gap),
	}
}

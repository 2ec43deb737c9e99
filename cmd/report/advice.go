package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/parallel"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// advice is the decision on one situation for one goal: a row of the decision table,
// an answer of the verb advise, an entry of summary.json.
type advice struct {
	Pattern    string     `json:"pattern"`
	Situation  string     `json:"situation"` // id
	Name       string     `json:"name"`
	Note       string     `json:"note"`
	Goal       goal       `json:"goal"`
	Unit       string     `json:"unit"` // tidied: seconds, not nanoseconds
	Measure    string     `json:"measure"`
	Use        string     `json:"use"` // "" if nobody can be advised: see Why
	Impl       string     `json:"impl,omitempty"`
	As         string     `json:"as,omitempty"`
	Tier       string     `json:"tier,omitempty"`
	File       string     `json:"file,omitempty"`
	Value      jsonNumber `json:"value,omitempty"` // median of Use
	Spelled    string     `json:"spelled,omitempty"`
	Fastest    string     `json:"fastest,omitempty"`
	Lead       string     `json:"lead,omitempty"` // who is fastest, and by how much
	Rival      string     `json:"rival,omitempty"`
	Ratio      *jsonRatio `json:"rival_over_use,omitempty"`
	Flips      string     `json:"flips"`
	Avoid      string     `json:"avoid"`
	Confidence string     `json:"confidence"`
	Why        string     `json:"why"`
	Caveats    []string   `json:"caveats,omitempty"`
	Elsewhere  []opinion  `json:"elsewhere,omitempty"`
	Machine    string     `json:"machine"`

	choice choice
}

// jsonNumber is a number of a report as JSON has it, to ten digits. What is beyond depends
// on the processor: some round once where a product is added, some twice, and not all have
// an exp or a log of their own.
type jsonNumber float64

// MarshalJSON implements json.Marshaler. It is an error if it is not finite.
func (n jsonNumber) MarshalJSON() ([]byte, error) {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(float64(n), 'g', 10, 64), 64)
	if err != nil {
		return nil, fmt.Errorf("writing %v as JSON: %w", float64(n), err)
	}
	return json.Marshal(rounded)
}

// jsonRatio is a ratio of costs as JSON has it; bounds are left out where there are
// too few rounds for any.
type jsonRatio struct {
	Estimate jsonNumber  `json:"estimate"`
	Lo       *jsonNumber `json:"lo,omitempty"`
	Hi       *jsonNumber `json:"hi,omitempty"`
	P        *jsonNumber `json:"p,omitempty"`
	Holm     *jsonNumber `json:"p_holm,omitempty"`
	Detects  *jsonNumber `json:"detects,omitempty"` // smallest slowdown found in four of five such studies
	Paired   bool        `json:"paired"`
	Rounds   int         `json:"rounds"`
}

func ratioJSON(c comparison) *jsonRatio {
	if !(c.Est > 0) || math.IsInf(c.Est, 0) {
		return nil
	}
	r := &jsonRatio{Estimate: jsonNumber(c.Est), Paired: c.Paired, Rounds: min(c.N1, c.N2)}
	if c.Bounded() {
		r.Lo, r.Hi = (*jsonNumber)(&c.Lo), (*jsonNumber)(&c.Hi)
	}
	if !math.IsNaN(c.P) {
		r.P, r.Holm = (*jsonNumber)(&c.P), (*jsonNumber)(&c.Adjusted)
	}
	if c.Detects > 0 && !math.IsInf(c.Detects, 1) {
		r.Detects = (*jsonNumber)(&c.Detects)
	}
	return r
}

// advise decides on a setting. It reports false if nobody there was measured by what
// the goal asks for.
func (m *model) advise(s setting) (advice, bool) {
	by, measured := m.measureOf(s)
	a := advice{
		Pattern: s.pattern.Name, Situation: s.situation.ID, Name: s.situation.Name, Note: s.situation.Note,
		Goal: s.goal, Unit: by.unit, Measure: by.title(s.pattern.Op), Flips: "–", Avoid: "–", Machine: m.machineName(s.pattern),
	}
	field, casualties := m.field(s), m.casualties(s)
	for _, c := range casualties {
		a.Caveats = append(a.Caveats, c.String())
	}
	c, decided := choose(field)
	places := m.places(s.pattern, s.situation)
	switch {
	case decided:
	case len(casualties) > 0 && !slices.ContainsFunc(field, func(c contender) bool { return !c.failed }):
		a.Why = "everybody measured failed"
	case len(places) == 0:
		a.Why = "not measured"
	case !slices.Contains(places, s.place):
		a.Why = "not measured with " + s.place.String()
	case m.leftOut(s):
		a.Why = "all values were left out"
	case !measured:
		a.Why = "not measured by what the goal asks for"
	default:
		a.Why = "nobody measured meets " + demands(s.situation)
	}
	if !decided {
		return a, measured
	}
	a.choice = c
	a.Use, a.Impl, a.As = c.use.String(), c.use.impl, c.use.as
	a.Tier, a.File = c.use.variant.TierName, c.use.variant.File
	a.Value, a.Spelled = jsonNumber(c.use.values().Median()), c.use.spell(c.use.cost().Median())
	a.Fastest, a.Lead = c.fastest.String(), c.lead()
	if c.rival != nil {
		a.Rival, a.Ratio = c.rival.String(), ratioJSON(c.overRival)
	}
	a.Flips, a.Avoid = m.flips(s, c), c.avoidance()
	a.Confidence, a.Why = c.confidence, c.why
	if c.rival != nil && study.Direction(m.Units, by.unit) == 0 {
		a.Confidence = "cannot tell: which way is better"
		a.Why = fmt.Sprintf("nothing says whether more of %s is better, and less is taken for it; a line \"Unit %[1]s better=higher\" or better=lower in the file says it", by.unit)
	}
	a.Confidence += fallen(casualties)
	a.Caveats = append(a.Caveats, m.caveats(s, c)...)
	a.Elsewhere = m.opinions(s, c)
	return a, true
}

// leftOut reports whether somebody was measured in a setting and nothing of it was kept.
func (m *model) leftOut(s setting) bool {
	kept, came := false, false
	for _, c := range m.cases(s) {
		u, ok := m.data[c.Name][s.place]
		came, kept = came || ok, kept || len(u) > 0
	}
	return came && !kept
}

// caveats are what somebody who follows the advice must know.
func (m *model) caveats(s setting, c choice) (out []string) {
	for _, g := range s.pattern.Guarantees {
		for _, subject := range []string{c.use.impl + "/" + c.use.as, c.use.impl} {
			if why := g.Broken[subject]; why != "" {
				out = append(out, fmt.Sprintf("%s breaks %s: %s", c.use.entrant, g.Law, why))
			}
		}
	}
	if c.use.variant.Properties["spins"] == "yes" {
		out = append(out, fmt.Sprintf("%s spins: it needs a CPU for each side, and takes it", c.use.entrant))
	}
	if c.use.capped() {
		out = append(out, fmt.Sprintf("a sample of %s ended at its time limit: its cost is a bound", c.use.entrant))
	}
	if c.fastest.entrant != c.use.entrant {
		out = append(out, fmt.Sprintf("fastest is %s (%s)", c.fastest.entrant, c.fastest.variant.TierName))
	}
	for _, f := range m.floors(s, c.use.measure) {
		if r := c.use.values().Median() / f.Median(); r > 0 && !math.IsInf(r, 0) {
			out = append(out, fmt.Sprintf("the floor (%s) is %s, so this is %s of it", f.Title, spell.Quantity(f.Median(), c.use.unit), spell.Factor(r)))
		}
	}
	if n := m.rounds; n < stat.RoundsFor(alpha, 1) {
		out = append(out, fmt.Sprintf("%s: too few for any interval", spell.Count(n, "round")))
	}
	if m.control().noisy() {
		out = append(out, "the machine was noisy ("+m.control().brief()+")")
	}
	if c := m.cores(); c.shared() {
		out = append(out, "the cores were "+c.brief())
	}
	if m.fewCPUs() {
		out = append(out, fmt.Sprintf("%s: nothing is said about scaling", spell.Count(m.full.cpus, "CPU")))
	}
	return out
}

// goalTable is the decision table for one goal.
type goalTable struct {
	Goal  goal
	Title string
	Table table
	all   []advice
}

// noSituations stands where the decisions would.
const noSituations = "The catalog has no situations: there is nothing to decide."

var goalTitles = map[goal]string{throughput: "Throughput", tail: "p99 latency", processor: "CPU", memory: "Memory"}

// decisions are the tables of all situations, one for each goal that was measured. That for
// throughput is always there: the page begins with it.
func (m *model) decisions() (tables []goalTable) {
	for _, g := range goals {
		t := goalTable{Goal: g, Title: goalTitles[g], Table: table{
			Caption: "What to use, on " + m.machineName(nil),
			Head:    []string{"Situation", "Use", "Fastest, by how much", "Flips when", "Avoid", "Confidence"},
			Number:  make([]bool, 6),
		}}
		for _, a := range m.adviseAll(g) {
			if a.ok || g == throughput {
				t.all = append(t.all, a.advice)
				t.Table.Rows = append(t.Table.Rows, a.row(a.pattern))
			}
		}
		switch {
		case len(t.all) > 0:
			if text := m.outlook(t.all); text != "" {
				t.Table.Notes = append(t.Table.Notes, text)
			}
			t.Table.Notes = append(t.Table.Notes, m.rule(g))
		case g == throughput:
			t.Table.Notes = []string{noSituations}
		default:
			continue
		}
		tables = append(tables, t)
	}
	return tables
}

// given is what advise gives in a setting.
type given struct {
	setting
	advice
	ok bool
}

// adviseAll asks in all situations: half of the time that a report takes.
func (m *model) adviseAll(g goal) []given {
	var all []setting
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			set := m.at(p, &p.Situations[j])
			set.goal = g
			all = append(all, set)
		}
	}
	advised, _ := parallel.Map(all, func(set *setting) (given, error) {
		a, ok := m.advise(*set)
		return given{*set, a, ok}, nil
	})
	return advised
}

// rule says how the decisions for a goal are made.
func (m *model) rule(g goal) string {
	what := "time per operation, or of the unit that stands with the situation"
	switch g {
	case tail:
		what = "the 99th percentile of latency"
	case processor:
		what = "CPU time per operation, of all processes"
	case memory:
		what = "memory: resident per worker, peak or allocated per operation, as measured"
	}
	return "Use: the simplest eligible variant (standard library first, unsafe code last) whose cost, with its whole 95 % interval, stays within 10 % of the fastest eligible one; where the intervals do not settle that (cannot tell), the estimates decide. " +
		"Avoid: at least twice the fastest. Numbers are ratios of " + what + ", with 95 % intervals that allow for the choice of the rival."
}

func (a advice) row(p *catalog.Pattern) []cell {
	name := text(spell.Under(a.Pattern, a.Name))
	name.Title = a.Note
	if by := (measure{unit: a.Unit}); a.Goal == throughput && by.title(p.Op) != "time per "+p.Op {
		name.Text += " (" + by.title(p.Op) + ")"
	} else if a.Goal == memory {
		name.Text += " (" + by.title(p.Op) + ")"
	}
	if a.Use == "" {
		return append([]cell{name}, texts("–", a.Why, "–", "–", "–")...)
	}
	sure := cell{Text: a.Confidence, Title: a.Why}
	switch {
	case a.Confidence == "clear":
		sure.Tone = "good"
	case !a.choice.settled():
		sure.Tone = "doubt"
	}
	use := code(a.Use)
	use.Title = a.choice.use.variant.Summary
	return []cell{name, use, text(a.Lead), text(a.Flips), text(a.Avoid), sure}
}

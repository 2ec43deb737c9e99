package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"crossover/internal/catalog"
	"crossover/internal/stat"
	"crossover/internal/study"
	"gonum.org/v1/gonum/floats/scalar"
)

// costs are n rounds around a cost in ns, with noise of its own of so much.
func costs(ns float64, n int, noise float64, seed uint64) units {
	rng := rand.New(rand.NewPCG(seed, 1))
	var s stat.Series
	for r := 1; r <= n; r++ {
		s.Rounds = append(s.Rounds, r)
		s.Values = append(s.Values, 1e-9*ns*math.Exp(noise*rng.NormFloat64()))
	}
	return units{study.Cost: s}
}

func contenderOf(impl string, rank int, u units) contender {
	return contender{entrant: entrant{impl, "goroutine"}, measure: measure{unit: study.Cost}, variant: &catalog.Variant{Name: impl}, rank: rank, eligible: true, units: u}
}

func TestChoose(t *testing.T) {
	const n, noise = 10, 0.003
	for _, tt := range []struct {
		name       string
		field      []contender
		use        string
		fastest    string
		avoid      string
		confidence string // a prefix
	}{
		{
			name: "the simplest is within 10 %",
			field: []contender{
				contenderOf("simple", 0, costs(106, n, noise, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "simple", fastest: "clever", avoid: "–", confidence: "clear",
		},
		{
			name: "the simplest is not",
			field: []contender{
				contenderOf("simple", 0, costs(120, n, noise, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "clever", fastest: "clever", avoid: "–", confidence: "clear",
		},
		{
			name: "the simpler of two that are close enough",
			field: []contender{
				contenderOf("simple", 0, costs(300, n, noise, 1)),
				contenderOf("middling", 3, costs(105, n, noise, 2)),
				contenderOf("clever", 9, costs(100, n, noise, 3)),
			},
			use: "middling", fastest: "clever", avoid: "simple 3.0×", confidence: "clear",
		},
		{
			name: "tie",
			field: []contender{
				contenderOf("simple", 0, costs(100.5, n, noise, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "simple", fastest: "clever", avoid: "–", confidence: "tie",
		},
		{
			name: "one may be faster, but not by what the decision tolerates",
			field: []contender{
				contenderOf("simple", 0, costs(101, n, 0.05, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "simple", fastest: "clever", avoid: "–", confidence: "tie",
		},
		{
			name: "whether the simple one is close enough cannot be told",
			field: []contender{
				contenderOf("simple", 0, costs(108, n, 0.06, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "simple", fastest: "clever", avoid: "–", confidence: "cannot tell: ±",
		},
		{
			name: "whether the simple one is out cannot be told",
			field: []contender{
				contenderOf("simple", 0, costs(114, n, 0.06, 1)),
				contenderOf("clever", 9, costs(100, n, noise, 2)),
			},
			use: "clever", fastest: "clever", avoid: "–", confidence: "cannot tell: ±",
		},
		{
			name: "the simplest leads, but another may be faster by more than 10 %",
			field: []contender{
				contenderOf("simple", 0, costs(100, n, noise, 1)),
				contenderOf("clever", 9, costs(102, n, 0.3, 3)),
			},
			use: "simple", fastest: "simple", avoid: "–", confidence: "cannot tell: ±",
		},
		{
			name: "too few rounds for an interval",
			field: []contender{
				contenderOf("simple", 0, costs(101, 3, noise, 1)),
				contenderOf("clever", 9, costs(100, 3, noise, 2)),
			},
			use: "simple", fastest: "clever", avoid: "–", confidence: "cannot tell: too few rounds",
		},
		{
			name:  "alone",
			field: []contender{contenderOf("simple", 0, costs(101, n, noise, 1))},
			use:   "simple", fastest: "simple", avoid: "–", confidence: "only candidate",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, ok := choose(tt.field)
			if !ok {
				t.Fatal("no choice")
			}
			if c.use.impl != tt.use || c.fastest.impl != tt.fastest || c.avoidance() != tt.avoid || !strings.HasPrefix(c.confidence, tt.confidence) {
				t.Errorf("use %v, fastest %v, avoid %s, %s (%s)", c.use.entrant, c.fastest.entrant, c.avoidance(), c.confidence, c.why)
			}
			if c.why == "" {
				t.Errorf("%s, and not why", c.confidence)
			}
		})
	}
}

func TestReferencesAreNotAdvised(t *testing.T) {
	fast := contenderOf("fast", 0, costs(10, 10, 0.01, 1))
	fast.eligible = false
	c, ok := choose([]contender{fast, contenderOf("slow", 1, costs(100, 10, 0.01, 2))})
	if !ok || c.use.impl != "slow" || c.fastest.impl != "slow" {
		t.Errorf("chose %+v", c)
	}
	if _, ok := choose([]contender{fast}); ok {
		t.Error("a reference was advised")
	}
}

// TestFamily: a comparison that no outcome could make significant says so.
func TestFamily(t *testing.T) {
	for _, tt := range []struct {
		rounds, others int
		power          bool
	}{{10, 25, true}, {10, 26, false}, {6, 1, true}, {6, 2, false}, {5, 1, false}} {
		base := costs(100, tt.rounds, 0.001, 99)[study.Cost]
		var others []stat.Series
		for i := range tt.others {
			others = append(others, costs(200, tt.rounds, 0.001, uint64(i))[study.Cost])
		}
		for _, c := range compareAll(base, others) {
			if c.Power != tt.power || c.significant() != tt.power {
				t.Errorf("%d rounds, %d comparisons: power %v, p %v", tt.rounds, tt.others, c.Power, c.Adjusted)
				break
			}
		}
		if all := compareAll(base, append(others, stat.Series{})); all[0].Power != tt.power || !math.IsNaN(all[tt.others].P) || all[tt.others].significant() {
			t.Errorf("beside one that is not compared: power %v; of that one: %+v", all[0].Power, all[tt.others])
		}
	}
}

func TestPairing(t *testing.T) {
	a, b := costs(100, 10, 0.01, 1)[study.Cost], costs(110, 10, 0.01, 2)[study.Cost]
	if r, ok := ratio(a, b); !ok || !r.Paired {
		t.Errorf("shared rounds were not paired: %+v", r)
	}
	for i := range b.Rounds {
		b.Rounds[i] += 6 // four rounds are left in common
	}
	if r, ok := ratio(a, b); !ok || r.Paired {
		t.Errorf("unshared rounds were paired: %+v", r)
	}
	if _, ok := ratio(a, stat.Series{}); ok {
		t.Error("a ratio to nothing")
	}
}

// lineStudy is a model of one situation along an axis: what a and b cost at each
// value, in ns; 0 leaves a case out.
func lineStudy(values []string, a, b []float64, noise float64) (*model, catalog.Verdict) {
	p := catalog.Pattern{
		Name: "p", Benchmark: "BenchmarkP", Op: "op", Baseline: "a",
		Axes:       []catalog.Axis{{Key: "work", Title: "work", Unit: "ns"}},
		Variants:   []catalog.Variant{{Name: "a"}, {Name: "b", Tier: 3}},
		Situations: []catalog.Situation{{ID: "s", Name: "the situation", Point: map[string]string{"work": values[0]}, Axis: "work"}},
	}
	full := place{cpus: 2, procs: 2}
	m := newModel(&study.Study{Machine: study.Machine{CPU: "a machine", Seed: 1}})
	m.full = full
	for i, v := range values {
		for j, ns := range []float64{a[i], b[i]} {
			impl := p.Variants[j].Name
			keys := map[string]string{"impl": impl, "as": "goroutine", "work": v}
			c := catalog.Case{Name: fmt.Sprintf("%s at %s", impl, v), Keys: keys, Situations: []string{"s"}}
			p.Cases = append(p.Cases, c)
			if ns > 0 {
				m.data[c.Name] = map[place]units{full: costs(ns, 10, noise, uint64(2*i+j))}
			}
		}
	}
	m.Catalog = &catalog.Catalog{Patterns: []catalog.Pattern{p}}
	return m, catalog.Verdict{
		Question: "A or B?", Situations: []string{"s"},
		A: catalog.Group{Name: "an apple", Match: map[string][]string{"impl": {"a"}}},
		B: catalog.Group{Name: "bananas", Match: map[string][]string{"impl": {"b"}}},
	}
}

// TestVerdictOutcomes: every outcome reads as a sentence and names the machine.
func TestVerdictOutcomes(t *testing.T) {
	three := []string{"1us", "10us", "100us"}
	for _, tt := range []struct {
		name         string
		values       []string
		a, b         []float64
		noise        float64
		answer, said string // parts
	}{
		{"level above", three, []float64{300, 120, 101}, []float64{100, 100, 100}, 0.003,
			"Bananas below", "An apple (a) is within 10 % of bananas (b) above"},
		{"level below", three, []float64{100, 120, 300}, []float64{100, 100, 100}, 0.003,
			"Bananas above", "An apple (a) is within 10 % of bananas (b) below"},
		{"level above, how far apart below", three, []float64{300, 120, 101}, []float64{100, 100, 100}, 0.003,
			"Bananas below", "at 1 µs of work bananas (b) cost 3.0× less than a"},
		{"level below, how far apart above", three, []float64{100, 120, 300}, []float64{100, 100, 100}, 0.003,
			"Bananas above", "at 100 µs of work bananas (b) cost 3.0× less than a"},
		{"the other is dearer, how far", three, []float64{100, 100, 100}, []float64{101, 120, 300}, 0.003,
			"An apple above", "at 100 µs of work an apple (a) costs 3.0× less than b"},
		{"one is not measured at an end", three, []float64{100, 120, 0}, []float64{100, 100, 100}, 0.003,
			"Either: they cost the same", "within 3 %"},
		{"from zero", []string{"0ns", "1us"}, []float64{300, 1000}, []float64{100, 1000}, 0.003,
			"a point between 0 and 1 µs", "95 %: up to 1 µs"},
		{"throughout", three, []float64{300, 310, 320}, []float64{100, 100, 100}, 0.003,
			"Bananas, throughout", "No crossover between 1 µs and 100 µs of work: bananas stay ahead"},
		{"the other throughout", three, []float64{100, 100, 100}, []float64{300, 310, 320}, 0.003,
			"An apple, throughout", "an apple stays ahead"},
		{"level throughout", three, []float64{101, 100, 100}, []float64{100, 100, 100}, 0.003,
			"Either: within 10 % throughout", "within 10 % of"},
		{"back and forth", three, []float64{100, 200, 102}, []float64{100, 100, 100}, 0.003,
			"It depends", "2 times"},
		{"one point, faster", three[:1], []float64{100}, []float64{300}, 0.003,
			"An apple, by 3.0×", "costs 3.0× less than bananas (b, "},
		{"one point, the same", three[:1], []float64{100}, []float64{100}, 0.003,
			"Either: they cost the same", "within 3 %"},
		{"one point, cannot tell", three[:1], []float64{100}, []float64{101}, 0.2,
			"Cannot tell: at most ", "the first costs"},
		{"nobody in A", three[:1], []float64{0}, []float64{100}, 0.003,
			"Not measured", "bananas was measured"},
		{"nobody", three[:1], []float64{0}, []float64{0}, 0.003,
			"Not measured", "neither an apple nor bananas"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, question := lineStudy(tt.values, tt.a, tt.b, tt.noise)
			v := m.verdict(question).Headlines[0]
			if !strings.Contains(v.Answer, tt.answer) || !strings.Contains(v.Sentence, tt.said) {
				t.Errorf("%s\n%s", v.Answer, v.Sentence)
			}
			if !strings.HasSuffix(v.Sentence, " — a machine, 2 CPUs, GOMAXPROCS 2.") {
				t.Errorf("the sentence does not name the machine: %s", v.Sentence)
			}
		})
	}
}

// TestVerdictsOfOneQuestion: a question asked in two places has one verdict that says
// where each answer holds.
func TestVerdictsOfOneQuestion(t *testing.T) {
	m, v := lineStudy([]string{"1us", "10us", "100us"}, []float64{300, 310, 320}, []float64{100, 100, 100}, 0.003)
	here, there := v, v
	here.ID, here.Where = "here", "in a bowl"
	there.ID, there.Where, there.A, there.B = "there", "on a tree", v.B, v.A
	other := v
	other.ID, other.Question = "other", "Another question?"
	m.Catalog.Verdicts = []catalog.Verdict{here, other, there}
	all := m.verdicts()
	if len(all) != 2 || all[0].Question != v.Question || all[1].Question != other.Question {
		t.Fatalf("%+v", all)
	}
	places := []string{"In a bowl: ", "On a tree: "}
	lines := all[0].lines()
	if len(lines) != len(places) || len(all[0].More) != 2*len(all[1].More) {
		t.Fatalf("%+v", all[0])
	}
	for i, h := range all[0].Headlines {
		if h.Answer != places[i]+"bananas, throughout" || !strings.HasPrefix(h.Sentence, places[i]+"no crossover") || h.Chart == "" {
			t.Errorf("%q is answered by %+v", places[i], h)
		}
		if !strings.HasSuffix(h.Sentence, " — a machine, 2 CPUs, GOMAXPROCS 2.") {
			t.Errorf("the sentence does not name the machine: %s", h.Sentence)
		}
	}
	if want := v.Question + " In a bowl: bananas, throughout"; lines[0].Answer != want || lines[1].Answer != all[0].Headlines[1].Answer {
		t.Errorf("read as %+v", lines)
	}
}

func TestFlips(t *testing.T) {
	m, _ := lineStudy([]string{"1us", "10us", "100us"}, []float64{300, 150, 101}, []float64{100, 100, 100}, 0.003)
	p := &m.Catalog.Patterns[0]
	s := &p.Situations[0]
	c, _ := choose(m.field(m.at(p, s)))
	if c.use.impl != "b" {
		t.Fatalf("use %v at the point", c.use.entrant)
	}
	flips := m.axisFlips(m.at(p, s))
	if len(flips) != 1 || flips[0].to.impl != "a" || !flips[0].above {
		t.Fatalf("flips: %+v", flips)
	}
	// The ratio falls from 1.5 at 10 µs to 1.01 at 100 µs, linearly in its logarithm.
	want := 10e3 * math.Pow(10, math.Log(1.5/1.1)/math.Log(1.5/1.01))
	if f := flips[0]; !scalar.EqualWithinRel(f.at, want, 0.1) || f.lo > want || f.hi < want {
		t.Errorf("flips at %v (%v–%v), want about %v", f.at, f.lo, f.hi, want)
	}
}

// TestFlipBelowFirst: a crossing between 0 and the first positive value is placed between them,
// and nowhere in particular.
func TestFlipBelowFirst(t *testing.T) {
	m, _ := lineStudy([]string{"0ns", "1us"}, []float64{300, 1000}, []float64{100, 1000}, 0.003)
	p := &m.Catalog.Patterns[0]
	flips := m.axisFlips(m.at(p, &p.Situations[0]))
	if len(flips) != 1 || flips[0].at != 0 || flips[0].to.impl != "a" || !flips[0].sure {
		t.Errorf("%+v", flips)
	}
}

// TestFlipElsewhere: who is to be used with fewer CPUs is said with all places where it is.
func TestFlipElsewhere(t *testing.T) {
	m, _ := lineStudy([]string{"1us"}, []float64{100}, []float64{200}, 0.003)
	m.rounds = 10
	for _, procs := range []int{1, 4} {
		at := place{cpus: 1, procs: procs}
		m.data["a at 1us"][at], m.data["b at 1us"][at] = costs(100, 10, 0.003, 5), costs(50, 10, 0.003, 6)
	}
	m.data["b at 1us"][place{cpus: 1, procs: 2}] = costs(50, 10, 0.003, 7) // a was not measured there
	p := &m.Catalog.Patterns[0]
	set := m.at(p, &p.Situations[0])
	c, _ := choose(m.field(set))
	if got, want := m.flips(set, c), "b: at 1 CPU, GOMAXPROCS 1; 1 CPU, GOMAXPROCS 4"; c.use.impl != "a" || got != want {
		t.Errorf("use %v, %q, want %q", c.use.entrant, got, want)
	}
}

// TestCostsIn: who lacks a round is not in the group that is resampled.
func TestCostsIn(t *testing.T) {
	whole, short := contenderOf("whole", 0, costs(100, 10, 0.003, 1)), contenderOf("short", 1, costs(50, 9, 0.003, 2))
	rounds := whole.cost().Rounds
	if got := costsIn(rounds, []contender{short, whole}); len(got) != 1 || !slices.Equal(got[0], whole.cost().Values) {
		t.Errorf("%v", got)
	}
}

// TestWhyNobody: where nobody is advised, the reason is said.
func TestWhyNobody(t *testing.T) {
	empty := func(m *model, names ...string) {
		for _, name := range names {
			m.data[name][m.full] = units{}
		}
	}
	ask := func(m *model) { m.Catalog.Patterns[0].Situations[0].Eligible = map[string]string{"safe": "yes"} }
	for _, tt := range []struct {
		goal goal
		edit func(m *model)
		why  string
	}{
		{throughput, func(m *model) { clear(m.data) }, "not measured"},
		{throughput, func(m *model) { empty(m, "a at 1us", "b at 1us") }, "all values were left out"},
		{throughput, func(m *model) { empty(m, "a at 1us"); ask(m) }, "nobody measured meets safe = yes"},
		{memory, func(m *model) {}, "not measured by what the goal asks for"},
		{throughput, ask, "nobody measured meets safe = yes"},
		{throughput, func(m *model) { ask(m); m.failed = map[caseAt]failing{{"a at 1us", m.full}: {n: 1}} }, "nobody measured meets safe = yes"},
		{throughput, func(m *model) {
			m.failed = map[caseAt]failing{{"a at 1us", m.full}: {n: 1}, {"b at 1us", m.full}: {n: 1}}
		}, "everybody measured failed"},
		{throughput, func(m *model) { m.full = place{cpus: 4, procs: 4} }, "not measured with 4 CPUs, GOMAXPROCS 4"},
	} {
		m, _ := lineStudy([]string{"1us"}, []float64{100}, []float64{100}, 0.003)
		tt.edit(m)
		p := &m.Catalog.Patterns[0]
		set := m.at(p, &p.Situations[0])
		set.goal = tt.goal
		if a, _ := m.advise(set); a.Use != "" || a.Why != tt.why {
			t.Errorf("use %q, %q, want %q", a.Use, a.Why, tt.why)
		}
	}
}

// TestNotVaried: who was measured at the point alone, or is alone elsewhere, does not hold
// "in the measured range".
func TestNotVaried(t *testing.T) {
	for _, tt := range []struct {
		a, b []float64
		want string
	}{
		{[]float64{100, 0, 0}, []float64{200, 300, 400}, "not varied: a was measured at 1 µs only"},
		{[]float64{100, 100, 100}, []float64{200, 0, 0}, "not varied: it has no rival elsewhere"},
		{[]float64{100, 100, 0}, []float64{200, 300, 400}, "not in the measured range"},
	} {
		m, _ := lineStudy([]string{"1us", "10us", "100us"}, tt.a, tt.b, 0.003)
		m.rounds = 10
		p := &m.Catalog.Patterns[0]
		set := m.at(p, &p.Situations[0])
		c, _ := choose(m.field(set))
		if got := m.flips(set, c); c.use.impl != "a" || got != tt.want {
			t.Errorf("a %v, b %v: use %v, %q, want %q", tt.a, tt.b, c.use.entrant, got, tt.want)
		}
	}
}

// TestOutsideBand: where the medians and the rounds do not agree, the chart says what the
// decision went by.
func TestOutsideBand(t *testing.T) {
	m, _ := lineStudy([]string{"1us"}, []float64{100}, []float64{100}, 0)
	p := &m.Catalog.Patterns[0]
	set := m.at(p, &p.Situations[0])
	if got := m.outsideBand(set); got != "" {
		t.Errorf("of two that cost the same: %q", got)
	}
	// Both have two speeds and change them together, but in one round.
	for name, slow := range map[string]int{"a at 1us": 6, "b at 1us": 5} {
		s := m.data[name][m.full][study.Cost]
		s.Rounds, s.Values = append(s.Rounds, 11), append(s.Values, 0)
		for i := range s.Values {
			s.Values[i] = 100e-9 * (1 + 1e-3*float64(i%3))
			if i < slow {
				s.Values[i] *= 2
			}
		}
		m.data[name][m.full] = units{study.Cost: s}
	}
	if got := m.outsideBand(set); !strings.Contains(got, "By its median a is outside the band") || !strings.Contains(got, "1.00×") {
		t.Errorf("says %q", got)
	}
}

// Over who may have cost nothing a ratio is a bound, and is said to be one.
func TestOverNothing(t *testing.T) {
	m, _ := lineStudy([]string{"1us"}, []float64{1e-9}, []float64{300}, 0)
	p := &m.Catalog.Patterns[0]
	for i, bytes := range []float64{0, 64} {
		u := m.data[p.Cases[i].Name][m.full]
		s := stat.Series{Rounds: u[study.Cost].Rounds}
		for range s.Rounds {
			s.Values = append(s.Values, bytes)
		}
		u["B/op"] = s
	}
	set := m.at(p, &p.Situations[0])
	set.goal = memory
	a, _ := m.advise(set)
	if a.Lead != "a; next is b at ≥ 64×" || a.Avoid != "b ≥ 64×" || a.Why != "b costs ≥ 64× of it" {
		t.Errorf("%q, avoid %q, since %q", a.Lead, a.Avoid, a.Why)
	}
}

package regress

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"gonum.org/v1/gonum/floats/scalar"

	"crossover/cmd/report/internal/results"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// world is a machine on which two runs are taken.
type world struct {
	cells, rounds  int
	noise, weather float64 // of a sample; of a round, shared by all cells
	between        float64 // of a run, in each cell
	heavy          bool    // one sample in twenty is off by a factor
}

// run takes one run; slowed[i] multiplies cell i's cost.
func (w world) run(rng *rand.Rand, slowed map[int]float64) *results.Results {
	r := &results.Results{}
	mood := make([]float64, w.cells)
	for i := range mood {
		mood[i] = w.between * rng.NormFloat64()
	}
	for range w.rounds {
		weather := w.weather * rng.NormFloat64()
		for i := range w.cells {
			noise := w.noise * (0.3 + 1.4*float64(i)/float64(w.cells)) // some cells are calm, some wild
			v := 1e-7 * (1 + float64(i)) * math.Exp(weather+mood[i]+noise*rng.NormFloat64())
			if w.heavy && rng.IntN(20) == 0 {
				v *= 1.5 + rng.Float64()
			}
			if f := slowed[i]; f > 0 {
				v *= f
			}
			r.Lines = append(r.Lines, results.Line{
				Name:   fmt.Sprintf("BenchmarkX/impl=v%d/cell=%d-2", i%7, i),
				Values: []benchfmt.Value{{Value: v, Unit: "sec/op"}},
			})
		}
	}
	return r
}

// TestSameCodeIsNoRegression: two runs of the same code end with status 0 in at least
// 95 of 100 tries, on calm machines and on wild ones, with few rounds and many.
func TestSameCodeIsNoRegression(t *testing.T) {
	const tries = 100
	for _, w := range []world{
		{cells: 1, rounds: 10, noise: 0.02},
		{cells: 5, rounds: 10, noise: 0.05, weather: 0.02},
		{cells: 60, rounds: 5, noise: 0.05, weather: 0.03},
		{cells: 60, rounds: 10, noise: 0.01, between: 0.02},
		{cells: 60, rounds: 10, noise: 0.05, weather: 0.03, between: 0.03},
		{cells: 60, rounds: 10, noise: 0.15, weather: 0.03, heavy: true},
		{cells: 250, rounds: 10, noise: 0.04, weather: 0.03, between: 0.02, heavy: true},
		{cells: 400, rounds: 6, noise: 0.12, weather: 0.03, between: 0.03, heavy: true},
		{cells: 800, rounds: 6, noise: 0.17, weather: 0.08, between: 0.03, heavy: true},
	} {
		t.Run(fmt.Sprintf("%+v", w), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(5, 6))
			clear := 0
			for range tries {
				if Compare(w.run(rng, nil), w.run(rng, nil), 0.05).Status(false) == 0 {
					clear++
				}
			}
			t.Logf("%d of %d", clear, tries)
			if clear < tries*95/100 {
				t.Errorf("%d of %d end with status 0", clear, tries)
			}
		})
	}
}

// TestPlantedSlowdownIsFound: one cell, one implementation, or everything.
func TestPlantedSlowdownIsFound(t *testing.T) {
	const tries = 100
	calm := world{cells: 60, rounds: 10, noise: 0.03, weather: 0.02, between: 0.01}
	noisy := world{cells: 400, rounds: 6, noise: 0.12, weather: 0.03, between: 0.03} // a quick study on a noisy machine
	by := func(factor float64, cells ...int) map[int]float64 {
		slowed := map[int]float64{}
		for _, i := range cells {
			slowed[i] = factor
		}
		return slowed
	}
	var all, impl []int
	for i := range calm.cells {
		all = append(all, i)
		if i%7 == 3 {
			impl = append(impl, i)
		}
	}
	for _, tt := range []struct {
		name   string
		w      world
		slowed map[int]float64
	}{
		{"one calm cell, 1.3", calm, by(1.3, 10)},
		{"one middling cell, 1.5", calm, by(1.5, 40)},
		{"one implementation, 1.2", calm, by(1.2, impl...)},
		{"everything, 1.15", calm, by(1.15, all...)},
		{"one calmer cell in six rounds, doubled", noisy, by(2, 120)},
	} {
		w := tt.w
		rng := rand.New(rand.NewPCG(7, 8))
		found := 0
		for range tries {
			if Compare(w.run(rng, nil), w.run(rng, tt.slowed), 0.05).Status(false) == 1 {
				found++
			}
		}
		t.Logf("%s: %d of %d", tt.name, found, tries)
		if found < tries*9/10 {
			t.Errorf("%s: found in %d of %d", tt.name, found, tries)
		}
	}
}

// TestHalfSlower: where half of the cells are slower, the others show what two runs differ
// by; that they scatter is no mood. Little more than that mood, it may be one.
func TestHalfSlower(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for _, w := range []world{{cells: 12, rounds: 10, noise: 0.005}, {cells: 24, rounds: 10, noise: 0.01, between: 0.005}} {
		for _, slower := range []float64{1.2, 1.5, 2} {
			half := map[int]float64{}
			for i := 0; i < w.cells; i += 2 {
				half[i] = slower
			}
			c := Compare(w.run(rng, nil), w.run(rng, half), 0.05)
			if status := c.Status(false); status == 0 || slower > 1.3 && status != 1 {
				t.Errorf("%d of %d cells %v× slower: status %d, moods %v", len(half), w.cells, slower, status, c.moods)
			}
		}
	}
}

// TestFewAreMovedFar: one cell in ten is moved by eight percent, whatever the others are
// moved by; with a normal mood one comparison in three, or more, called that a regression.
func TestFewAreMovedFar(t *testing.T) {
	const tries, cells = 60, 40
	rng := rand.New(rand.NewPCG(31, 32))
	w := world{cells: cells, rounds: 10, noise: 0.02, between: 0.01}
	moved := func() map[int]float64 {
		by := map[int]float64{}
		for i := 3; i < cells; i += 10 {
			by[i] = math.Exp(0.08 * rng.NormFloat64())
		}
		return by
	}
	worse := 0
	for range tries {
		if Compare(w.run(rng, moved()), w.run(rng, moved()), 0.05).Status(false) == 1 {
			worse++
		}
	}
	t.Logf("%d of %d", worse, tries)
	if worse > tries/5 {
		t.Errorf("%d of %d end with status 1", worse, tries)
	}
}

// TestFlares: what is dear now and then, or never as cheap as it was, or takes no time at
// all, is not cleared, and the line says why.
func TestFlares(t *testing.T) {
	take := func(unit string, some int, factor float64) *results.Results {
		rng := rand.New(rand.NewPCG(41, 42))
		var all []string
		for i := range 12 {
			for s := range 10 {
				v := 100 * float64(i+1) * math.Exp(0.02*rng.NormFloat64())
				if i == 4 && s < some {
					v *= factor
				}
				all = append(all, fmt.Sprintf("BenchmarkX%d-2 1 %.5g %s", i, v, unit))
			}
		}
		return file(t, "x.txt", all...)
	}
	for _, tt := range []struct {
		unit   string
		some   int
		factor float64
		want   int
		says   string
	}{
		{"ns/op", 5, 3, 3, "5 of 10 samples cost more than 2.0× the worst of OLD"},
		{"ns/op", 6, 10, 3, "6 of 10 samples"},
		{"p99-ns", 5, 3, 3, "5 of 10 samples"},
		{"MB/s", 5, 0.1, 3, "5 of 10 samples"},
		{"MB/s", 5, 0, 3, "5 of 10 samples"},
		{"ns/op", 2, 0, 3, "takes no time"},
		{"ns/op", 2, 10, 0, "least of all in BenchmarkX4"},
		{"ns/op", 10, 3, 1, "1 worse"},
	} {
		code, said := compared(take(tt.unit, 0, 1), take(tt.unit, tt.some, tt.factor))
		if code != tt.want || !strings.Contains(strings.Join(strings.Fields(said), " "), tt.says) {
			t.Errorf("%d of 10 %v× in %s: status %d, want %d and %q:\n%s", tt.some, tt.factor, tt.unit, code, tt.want, tt.says, said)
		}
		if code, _ := compared(take(tt.unit, tt.some, tt.factor), take(tt.unit, 0, 1)); tt.factor > 0 && tt.unit != "MB/s" && code != 0 {
			t.Errorf("%d of 10 %v× in %s of OLD: status %d", tt.some, tt.factor, tt.unit, code)
		}
	}
}

// TestBeyondTheWorst: noise that is as large as the distance does not clear what shares no value
// with what was.
func TestBeyondTheWorst(t *testing.T) {
	c := &Comparison{threshold: 0.05}
	p := &pair{unit: "p99-sec", better: -1, old: []float64{25, 27, 26, 29, 30}, new: []float64{56, 97, 60, 70, 66}}
	if c.flares(p); p.outcome != unsure {
		t.Errorf("5 of 5 samples far beyond OLD's: %v", p.outcome)
	}
	p = &pair{unit: "p99-sec", better: -1, old: []float64{25, 27, 26, 29}, new: []float64{40, 41, 42, 43}}
	if c.flares(p); p.outcome != unsure {
		t.Errorf("4 of 4 samples far beyond OLD's: %v", p.outcome)
	}
	wide := &Comparison{threshold: 2}
	p = &pair{unit: "p99-sec", better: -1, old: []float64{25, 27, 26, 29, 30}, new: []float64{56, 70, 60, 70, 66}}
	if wide.flares(p); p.outcome != unchanged {
		t.Errorf("within a threshold of 200 %%: %v", p.outcome)
	}
	p = &pair{unit: "p99-sec", better: -1, old: []float64{25, 27, 26, 29}, new: []float64{33, 34, 42, 43}}
	if c.flares(p); p.outcome != unchanged {
		t.Errorf("beyond OLD's by less than a mood: %v", p.outcome)
	}
}

// TestBothSpeeds: of so few samples, those of a cell with two speeds may be of the one in OLD
// and of the other in NEW but for one each. What leaves none where they were is slower.
func TestBothSpeeds(t *testing.T) {
	take := func(of ...float64) *results.Results {
		rng := rand.New(rand.NewPCG(51, 52))
		var all []string
		for i := range 12 {
			for _, f := range of {
				if i != 3 {
					f = 1
				}
				all = append(all, fmt.Sprintf("BenchmarkX%d-2 1 %.5g ns/op", i, 100*float64(i+1)*f*math.Exp(0.01*rng.NormFloat64())))
			}
		}
		return file(t, "x.txt", all...)
	}
	for _, tt := range []struct {
		old, new []float64
		want     int
		says     string
	}{
		{[]float64{1, 1, 1, 1, 1.5}, []float64{1.5, 1.5, 1.5, 1.5, 1}, 3, "one is where OLD was"},
		{[]float64{1, 1, 1, 1, 1, 1.5}, []float64{1.5, 1, 1.5, 1.5, 1.5, 1.5}, 3, "one is where OLD was"},
		{[]float64{1, 1, 1, 1, 1}, []float64{1.5, 1.5, 1.5, 1.5, 1.5}, 1, "1 worse"},
		{[]float64{1, 1, 1, 3, 1}, []float64{2, 2, 2, 2, 2}, 1, "1 worse"},
	} {
		if code, said := compared(take(tt.old...), take(tt.new...)); code != tt.want || !strings.Contains(said, tt.says) {
			t.Errorf("%v then %v: status %d, want %d\n%s", tt.old, tt.new, code, tt.want, said)
		}
	}
}

// TestOneBetter: that another cell became a little better does not clear one that is far
// slower.
func TestOneBetter(t *testing.T) {
	rng := rand.New(rand.NewPCG(61, 62))
	w := world{cells: 40, rounds: 10, noise: 0.01, between: 0.005}
	for _, tt := range []struct{ slower, faster float64 }{{1.2, 0.97}, {1.3, 0.9}, {1.5, 0.5}} {
		found := 0
		for range 20 {
			if Compare(w.run(rng, nil), w.run(rng, map[int]float64{3: tt.slower, 5: tt.faster}), 0.05).Status(false) == 1 {
				found++
			}
		}
		if found < 16 {
			t.Errorf("%v× slower beside %v×: found in %d of 20", tt.slower, tt.faster, found)
		}
	}
}

// TestManySlowerIsNeverClear: where the runs differ by themselves too, about half of the
// cells widen what that is taken for, and then nobody is cleared.
func TestManySlowerIsNeverClear(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, w := range []world{{cells: 40, rounds: 10, noise: 0.02, between: 0.014}, {cells: 20, rounds: 6, noise: 0.02, between: 0.007}} {
		for _, slower := range []float64{1.1, 1.2} {
			for _, share := range []float64{0.5, 0.6} {
				many := map[int]float64{}
				for i := range int(share * float64(w.cells)) {
					many[i] = slower
				}
				for range 20 {
					if c := Compare(w.run(rng, nil), w.run(rng, many), 0.05); c.Status(false) == 0 {
						t.Errorf("%d of %d cells %v× slower: status 0, moods %v", len(many), w.cells, slower, c.moods)
					}
				}
			}
		}
	}
}

// TestBothWays: a few cells that became slower among as many that became faster by as much
// are no regression that two runs could show; one that did by far more is.
func TestBothWays(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	w := world{cells: 40, rounds: 10, noise: 0.01}
	moved := map[int]float64{1: 0.85, 2: 0.88, 3: 0.9, 4: 1.1, 5: 1.12}
	if got := Compare(w.run(rng, nil), w.run(rng, moved), 0.05).Status(false); got != 3 {
		t.Errorf("moved both ways: status %d, want 3", got)
	}
	moved[6] = 1.6
	if got := Compare(w.run(rng, nil), w.run(rng, moved), 0.05).Status(false); got != 1 {
		t.Errorf("one by far more: status %d, want 1", got)
	}

	family := map[int]float64{1: 0.8, 2: 0.82, 3: 0.85} // and all cells of impl=v4
	for i := 4; i < w.cells; i += 7 {
		family[i] = 1.13
	}
	if got := Compare(w.run(rng, nil), w.run(rng, family), 0.05).Status(false); got != 3 {
		t.Errorf("a variant's cells one way, others the other: status %d, want 3", got)
	}
}

// TestManyBothWays: where most cells moved, what is left of them shows no mood.
func TestManyBothWays(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	w := world{cells: 40, rounds: 8, noise: 0.01}
	clear := 0
	for range 20 {
		moved := map[int]float64{}
		for i := range 32 {
			if moved[i] = 0.75 + 0.23*rng.Float64(); i < 12 {
				moved[i] = 1.3
			}
		}
		if Compare(w.run(rng, nil), w.run(rng, moved), 0.05).Status(false) == 0 {
			clear++
		}
	}
	if clear > 2 {
		t.Errorf("12 of 40 cells slower and 20 faster: status 0 in %d of 20", clear)
	}
}

// TestCountsBesideTimes: counts that repeat themselves, as allocations do, neither hide
// what became of the times nor show what those differ by; and a change of one is a change,
// however the times scatter.
func TestCountsBesideTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	counted := func(r *results.Results, first float64) *results.Results {
		for i, l := range r.Lines {
			count := 64.0
			if strings.Contains(l.Name, "cell=0-") {
				count = first
			}
			r.Lines[i].Values = append(l.Values, benchfmt.Value{Value: count, Unit: "B/op"}, benchfmt.Value{Value: 2, Unit: "allocs/op"})
		}
		return r
	}
	all := map[int]float64{}
	for i := range 7 {
		all[i] = 1.08
	}
	for _, tt := range []struct {
		w      world
		slowed map[int]float64
		to     float64 // B/op of one cell, from 64
		want   int
	}{
		{world{cells: 12, rounds: 5, noise: 0.03}, map[int]float64{3: 1.5}, 64, 1},
		{world{cells: 7, rounds: 6, noise: 0.01}, all, 64, 3},
		{world{cells: 20, rounds: 6, noise: 0.02, between: 0.03}, nil, 77, 1},
	} {
		for range 10 {
			if c := Compare(counted(tt.w.run(rng, nil), 64), counted(tt.w.run(rng, tt.slowed), tt.to), 0.05); c.Status(false) != tt.want {
				t.Errorf("%+v, %v× slower, 64 → %v B/op: status %d, want %d", tt.w, tt.slowed, tt.to, c.Status(false), tt.want)
			}
		}
	}
}

// TestOneUnitSlower: a change of all that one unit says is a change, though another says
// nothing of it; nobody knows whether it is for the worse if nobody said so.
func TestOneUnitSlower(t *testing.T) {
	take := func(unit, header string, factor float64, seed uint64) *results.Results {
		rng := rand.New(rand.NewPCG(seed, 1))
		all := []string{header}
		for range 10 {
			for i := range 12 {
				noisy := func() float64 { return 100 * float64(i+1) * math.Exp(0.005*rng.NormFloat64()) }
				all = append(all, fmt.Sprintf("BenchmarkX/n=%d-2 1 %.5g ns/op %.5g %s", i, noisy(), factor*noisy(), unit))
			}
		}
		return file(t, "x.txt", all...)
	}
	for _, tt := range []struct {
		unit, header string
		factor       float64
		want         int
		says         string
	}{
		{"p99-ns", "", 1.25, 1, "12 worse"},
		{"B/op", "", 1.1, 1, "12 worse"},
		{"MB/s", "", 0.9, 1, "12 worse"},
		{"goodput", "Unit goodput better=higher", 0.8, 1, "12 worse"},
		{"req/s", "", 0.67, 1, "more of req/s"},
		{"req/s", "", 1.5, 0, "12 better"},
		{"widgets", "", 1.5, 3, "more of widgets"},
		{"widgets", "", 0.67, 3, "12 cannot tell"},
		{"widgets", "", 1, 0, "24 unchanged"},
	} {
		code, said := compared(take(tt.unit, tt.header, 1, 19), take(tt.unit, tt.header, tt.factor, 20))
		if code != tt.want || !strings.Contains(said, tt.says) {
			t.Errorf("%v× %s: status %d, want %d and %q:\n%s", tt.factor, tt.unit, code, tt.want, tt.says, said)
		}
	}
}

// TestNothingOfACase: what failed or was not run in NEW, or on another machine, is not
// said to be no slower.
func TestNothingOfACase(t *testing.T) {
	all := func(cpu string, leave int, instead string) []string {
		text := []string{"goos: linux", "goarch: amd64", "cpu: " + cpu}
		for i := range 12 {
			if i == leave {
				text = append(text, instead)
				continue
			}
			text = append(text, eight(fmt.Sprintf("BenchmarkX%d", i), 100)...)
		}
		return text
	}
	old := all("Same", -1, "")
	died := append(slices.Clone(old), "panic: at the end") // no newline
	some := []string{"cpu: Same"}
	for i := range 12 {
		n := 8
		if i < 7 {
			n = 2
		}
		some = append(some, eight(fmt.Sprintf("BenchmarkX%d", i), 100)[:n]...)
	}
	for _, tt := range []struct {
		new  []string
		says string
	}{
		{all("Same", 3, ""), "NEW lacks 1 cell of OLD, among them BenchmarkX3 time"},
		{all("Same", 3, "--- FAIL: BenchmarkX3"), "x.txt:28: --- FAIL: BenchmarkX3"},
		{all("Same", 3, "fatal error: all goroutines are asleep - deadlock!"), "x.txt:28: fatal error"},
		{all("Same", 3, "FAIL"), "x.txt:28: FAIL"},
		{all("Same", 3, "FAIL\r"), "x.txt:28: FAIL"},
		{died, "x.txt:100: panic: at the end"},
		{some, "missing in NEW, where others have all: BenchmarkX0"},
		{all("Same", 3, "signal: killed"), "x.txt:28: signal: killed"},
		{all("Same", 3, strings.Join(eight("BenchmarkX3", 100)[:4], "\n")), "missing in NEW, where others have all: BenchmarkX3"},
		{all("Other", -1, ""), "machines differ: Same and Other"},
		{all("Same\ngoos: plan9", -1, ""), "machines differ: linux and plan9"},
		{all("Same\ngoos: linux\ngoarch: riscv64", -1, ""), "machines differ: amd64 and riscv64"},
		{all("Same", 3, "BenchmarkX3 1 900 ns/op"), "One sample shows no scatter, and so nothing: BenchmarkX3"},
	} {
		code, said := compared(file(t, "x.txt", old...), file(t, "x.txt", tt.new...))
		if said = strings.Join(strings.Fields(said), " "); code != 3 || !strings.Contains(said, tt.says) {
			t.Errorf("status %d, want 3 and %q:\n%s", code, tt.says, said)
		}
	}
	dropped := strings.ReplaceAll(strings.Join(old, "\n"), "BenchmarkX3 1 1", "BenchmarkX3 1 +Inf ns/op 1")
	if code, said := compared(file(t, "x.txt", old...), file(t, "x.txt", dropped)); code != 3 || !strings.Contains(said, "that cannot be used") {
		t.Errorf("infinite times: status %d\n%s", code, said)
	}
	if code, said := compared(file(t, "x.txt", all("Same", 3, "")...), file(t, "x.txt", old...)); code != 0 || !strings.Contains(said, "1 cell only in NEW, among them BenchmarkX3 time") {
		t.Errorf("a new case: status %d\n%s", code, said)
	}
}

// TestFewCells: what a mood of the machine may be is not called a regression where too
// few cells are there to show moods; what no mood does is.
func TestFewCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	w := world{cells: 3, rounds: 10, noise: 0.01}
	for _, tt := range []struct {
		slower float64
		want   int
	}{{1, 0}, {1.15, 3}, {1.5, 1}} {
		if got := Compare(w.run(rng, nil), w.run(rng, map[int]float64{1: tt.slower}), 0.05).Status(false); got != tt.want {
			t.Errorf("%v× slower: status %d, want %d", tt.slower, got, tt.want)
		}
	}
}

// TestMoodOfFew: neither a benchmark's other units nor the calm means of many tell what a few
// cells differ by between two runs of the same code.
func TestMoodOfFew(t *testing.T) {
	const tries = 60
	rng := rand.New(rand.NewPCG(33, 34))
	inverse := func(l results.Line) benchfmt.Value { return benchfmt.Value{Value: 1 / l.Values[0].Value, Unit: "B/s"} }
	for _, tt := range []struct {
		what string
		take func() *results.Results
	}{
		{"rates beside times", func() *results.Results {
			r := world{cells: 4, rounds: 10, noise: 0.01, between: 0.05}.run(rng, nil)
			for i, l := range r.Lines {
				r.Lines[i].Values = append(l.Values, inverse(l))
			}
			return r
		}},
		{"tails beside means", func() *results.Results {
			r := world{cells: 40, rounds: 10, noise: 0.01, between: 0.01}.run(rng, nil)
			tails := world{cells: 4, rounds: 10, noise: 0.03, between: 0.08}.run(rng, nil)
			for _, l := range tails.Lines {
				l.Values = []benchfmt.Value{{Value: l.Values[0].Value, Unit: "p99-sec"}}
				r.Lines = append(r.Lines, l)
			}
			return r
		}},
	} {
		worse := 0
		for range tries {
			if Compare(tt.take(), tt.take(), 0.05).Status(false) == 1 {
				worse++
			}
		}
		if worse > tries/20 {
			t.Errorf("%s: a regression of the same code in %d of %d", tt.what, worse, tries)
		}
	}
}

// TestTogether: what a mood does to both in each round cancels, however large it is; what
// one of them does more does not.
func TestTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	w := world{cells: 3, rounds: 12, noise: 0.01, weather: 0.5, between: 0.3}
	var one, other *results.Results
	both := func(slower float64) *Comparison {
		one, other = w.run(rng, nil), &results.Results{}
		for i, l := range one.Lines {
			v := l.Values[0]
			v.Value *= math.Exp(0.01 * rng.NormFloat64())
			if i%w.cells == 1 {
				v.Value *= slower
			}
			l.Values = []benchfmt.Value{v}
			other.Lines = append(other.Lines, l)
		}
		for _, r := range []*results.Results{one, other} {
			r.Study = &study.Study{Catalog: &catalog.Catalog{}, Machine: study.Machine{Together: "x"}}
			for i := range r.Lines {
				r.Lines[i].Line = i + 1
				m := study.Measured{Line: i + 1}
				m.Round = 1 + i/w.cells
				r.Study.Measured = append(r.Study.Measured, m)
			}
		}
		return Compare(one, other, 0.05)
	}
	for _, tt := range []struct {
		slower float64
		want   int
	}{{1, 0}, {1.03, 0}, {1.12, 1}} {
		if got := both(tt.slower).Status(false); got != tt.want {
			t.Errorf("%v× slower: status %d, want %d", tt.slower, got, tt.want)
		}
	}
	other.Lines = slices.DeleteFunc(other.Lines, func(l results.Line) bool { return l.Line == 1 })
	c := Compare(one, other, 0.05)
	if n := len(c.pairs[0].old); n != w.rounds-1 || len(c.pairs[0].new) != n {
		t.Errorf("of a cell that lacks a round %d and %d samples are compared", len(c.pairs[0].old), len(c.pairs[0].new))
	}
}

// TestFloorIsTheMachine: a floor that costs more is told of, and is no regression; a
// variant that does is one.
func TestFloorIsTheMachine(t *testing.T) {
	const floor, variant = "BenchmarkXFloor/of=copy", "BenchmarkX/impl=a"
	run := func(dear string) *results.Results {
		r := &results.Results{Study: &study.Study{Catalog: &catalog.Catalog{Patterns: []catalog.Pattern{{
			Cases:  []catalog.Case{{Name: variant}},
			Floors: []catalog.Floor{{Title: "copy", Case: catalog.Case{Name: floor}}},
		}}}}}
		rng := rand.New(rand.NewPCG(15, 16))
		for range 10 {
			for _, name := range []string{floor, variant} {
				ns := 100 * math.Exp(0.01*rng.NormFloat64())
				if name == dear {
					ns *= 3
				}
				m := study.Measured{Line: len(r.Lines) + 1}
				m.Case = name
				r.Study.Measured = append(r.Study.Measured, m)
				r.Lines = append(r.Lines, results.Line{Name: name + "-2", Line: m.Line, Values: []benchfmt.Value{{Value: ns * 1e-9, Unit: "sec/op"}}})
			}
		}
		return r
	}
	for dear, want := range map[string]struct {
		status int
		says   string
	}{floor: {0, "machine"}, variant: {1, "worse"}} {
		c := Compare(run(""), run(dear), 0.05)
		changes := c.Changes()
		if got := c.Status(false); got != want.status || len(changes) == 0 || changes[0].Verdict != want.says {
			t.Errorf("%s three times as dear: status %d, want %d, and %q first:\n%v", dear, got, want.status, want.says, changes)
		}
	}
}

// TestMachineThatChanged: where the control moved nobody is called worse, whatever the
// cells say; where it stayed a slower cell is.
func TestMachineThatChanged(t *testing.T) {
	run := func(control, cell float64) *results.Results {
		rng := rand.New(rand.NewPCG(17, 18))
		w := world{cells: 12, rounds: 10, noise: 0.01}
		r := w.run(rng, map[int]float64{3: cell})
		r.Study = &study.Study{Catalog: &catalog.Catalog{}}
		for range w.rounds {
			r.Study.Control = append(r.Study.Control, study.Sample{Values: map[string]float64{"ns/op": 1000 * control * math.Exp(0.01*rng.NormFloat64())}})
		}
		return r
	}
	for _, tt := range []struct {
		control, cell float64
		want          int
	}{{1, 1, 0}, {1, 2, 1}, {0.8, 2, 3}, {0.8, 1, 3}, {1.2, 2, 3}} {
		if got := Compare(run(1, 1), run(tt.control, tt.cell), 0.05).Status(false); got != tt.want {
			t.Errorf("control %v×, a cell %v×: status %d, want %d", tt.control, tt.cell, got, tt.want)
		}
	}
}

// TestPacedIsLeftOut: an open loop's time is its rate's, and a share of the capacity is
// another rate in each study.
func TestPacedIsLeftOut(t *testing.T) {
	run := func(ns, p99 float64) *results.Results {
		r := &results.Results{Study: &study.Study{Catalog: &catalog.Catalog{}}}
		for range 10 {
			for rate, time := range map[string]float64{"max": 100, "10k": ns, "80pct": ns} {
				r.Lines = append(r.Lines, results.Line{Name: "BenchmarkX/impl=a/rate=" + rate + "-2", Values: []benchfmt.Value{
					{Value: time * 1e-9, Unit: "sec/op"}, {Value: p99 * 1e-9, Unit: "p99-sec"},
				}})
			}
		}
		return r
	}
	old := run(100, 1000)
	old.Study.Catalog.Patterns = []catalog.Pattern{{Situations: []catalog.Situation{{Unit: "p99-ns"}}}}
	c := Compare(old, run(300, 1000), 0.05)
	if len(c.pairs) != 3 || len(c.Changes()) != 0 || len(c.notes) != 3 { // max: time and p99; 10k: p99
		t.Errorf("%d pairs, %d changes, notes %q", len(c.pairs), len(c.Changes()), c.notes)
	}
	// Their raw.txt alone, and what is no study's.
	for _, tt := range []struct {
		cpus string
		want int
	}{{"2", 3}, {"", 6}} {
		files := [2]*results.Results{run(100, 1000), run(300, 1000)}
		for _, r := range files {
			r.Study = nil
			for i := range r.Lines {
				r.Lines[i].CPUs = tt.cpus
			}
		}
		if c := Compare(files[0], files[1], 0.05); len(c.pairs) != tt.want {
			t.Errorf("cpus %q: %d pairs, want %d", tt.cpus, len(c.pairs), tt.want)
		}
	}
}

// TestNoPowerCannotTell: runs too short or too noisy to show a doubling clear nobody, nor
// do runs between which the machine was in very different moods.
func TestNoPowerCannotTell(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, w := range []world{{cells: 20, rounds: 1, noise: 0.01}, {cells: 60, rounds: 3, noise: 0.8}, {cells: 60, rounds: 10, noise: 0.02, between: 0.3}} {
		if got := Compare(w.run(rng, nil), w.run(rng, nil), 0.05).Status(false); got != 3 {
			t.Errorf("%+v: status %d, want 3", w, got)
		}
	}
}

// file is results as a file of them holds.
func file(t *testing.T, name string, lines ...string) *results.Results {
	t.Helper()
	r, err := results.Parse(strings.NewReader(strings.Join(lines, "\n")), name, "*")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// eight are as many lines of a benchmark with values that scatter a little.
func eight(name string, value float64) (all []string) {
	for i := range 8 {
		all = append(all, fmt.Sprintf("%s 1 %g ns/op", name, value*(1+float64(i)/100)))
	}
	return all
}

// compared returns the exit status of a comparison, and all that is said of it.
func compared(old, new *results.Results) (status int, said string) {
	c := Compare(old, new, 0.05)
	for _, x := range c.Changes() {
		said += x.String() + "\n"
	}
	return c.Status(false), said + strings.Join(append(c.Summary(), c.Conclusion(false)), "\n")
}

// Counts are judged by how far apart they lie, and so is what came from nothing.
func TestCounts(t *testing.T) {
	as := func(unit string, values ...int) (all []string) {
		for _, n := range values {
			all = append(all, fmt.Sprintf("BenchmarkX 1 100 ns/op %d %s", n, unit))
		}
		return all
	}
	with := func(allocs ...int) []string { return as("allocs/op", allocs...) }
	sparse := func(at ...int) (all []string) {
		for i := range 8 {
			n := 0
			if slices.Contains(at, i) {
				n = 1
			}
			all = append(all, fmt.Sprintf("BenchmarkX 1 100 ns/op %d B/op %d allocs/op", 16*n, n))
		}
		return all
	}
	for _, test := range []struct {
		old, new []string
		status   int
	}{
		{with(0, 0, 0, 0), with(5, 5, 5, 5), 1},
		{with(5, 5, 5, 5), with(0, 0, 0, 0), 0},
		{with(0, 0), with(5, 5), 3},
		{with(0, 0, 0, 1), with(0, 1, 1, 1), 0},
		{with(0, 64, 64, 64, 64, 64, 64, 64, 64, 64), with(0, 6400, 6400, 6400, 6400, 6400, 6400, 6400, 6400, 6400), 3},
		{with(0, 0, 0, 0), with(0, 0, 0, 0), 0},
		{with(0, 0, 1, 0, 0, 0), with(64, 64, 64, 64, 64, 64), 1},
		{with(0, 0, 1, 0), with(0, 0, 64, 0), 0},
		{with(0, 1, 1, 1), with(2, 2, 2, 2), 3},
		{with(10, 10, 10, 10, 10, 10), with(20, 21, 20, 21, 20, 21), 1},
		{with(10, 10, 10, 10), with(11, 11, 11, 11), 1},
		{with(100, 100, 100, 100), with(101, 101, 101, 101), 0},
		{with(4, 4, 4, 4, 4, 4, 4), with(4, 4, 4, 4, 4), 0},
		{with(4, 4, 4, 4, 4, 4), with(5, 5, 5, 5, 5, 4), 3}, // the odd one is no less a value
		{as("B/op", 5, 5, 5, 5), as("B/op", 6, 6, 6, 6), 3}, // no allocation is so small
		{as("B/op", 64, 64, 64, 64), as("B/op", 72, 72, 72, 72), 1},
		{as("hits", 0, 0, 0, 0), append([]string{"Unit hits better=lower"}, as("hits", 16, 16, 16, 16)...), 1},
		{append([]string{"Unit hits better=higher"}, as("hits", 1, 1, 1, 1)...), append([]string{"Unit hits better=lower"}, as("hits", 16, 16, 16, 16)...), 3},
		{as("hits", 0, 0, 0, 0), as("hits", 16, 16, 16, 16), 3}, // nobody says what more of them is
		{as("hits", 16, 16, 16, 16), as("hits", 0, 0, 0, 0), 3},
		{as("hits", 0, 640, 641, 642, 643, 644, 645, 646), as("hits", 0, 1, 2, 3, 4, 5, 6, 7), 3},
		{append([]string{"Unit hits/s better=lower"}, as("hits/s", 1, 1, 1, 1)...), append([]string{"Unit hits/s better=higher"}, as("hits/s", 2, 2, 2, 2)...), 3},
		{with(100, 101, 100, 101, 100, 101), with(108, 109, 108, 109, 108, 109), 3},            // a mood may do that
		{with(4, 4, 3, 6, 6, 11, 9, 5, 5, 5), with(40, 40, 20, 130, 30, 40, 70, 10, 0, 40), 3}, // one sample without does not clear it
		{sparse(1, 3), sparse(5), 0}, // ranks can tell, and do
	} {
		if status, said := compared(file(t, "old", test.old...), file(t, "new", test.new...)); status != test.status {
			t.Errorf("%q then %q: status %d, want %d\n%s", test.old, test.new, status, test.status, said)
		}
	}
}

// TestDirectionSaidOnce: of however many cells it is not known whether more is better, or is
// taken to be, that is said once a unit.
func TestDirectionSaidOnce(t *testing.T) {
	of := func(unit string) (all []string) {
		for i := range 3 {
			for range 8 {
				all = append(all, fmt.Sprintf("BenchmarkX%d 1 100 ns/op 7 %s", i, unit))
			}
		}
		return all
	}
	for unit, want := range map[string]string{"hits": "cannot tell", "hits/s": "taken for better"} {
		_, said := compared(file(t, "old", of(unit)...), file(t, "new", of(unit)...))
		if n := strings.Count(said, "whether more of "+unit+" is better"); n != 1 || !strings.Contains(said, want) {
			t.Errorf("%s: said %d times, want once, with %q\n%s", unit, n, want, said)
		}
	}
}

// TestTail: where all that is unknown is what runs differ by, a margin and its tail reach as far
// as Student's t with eight degrees of freedom; where nothing of it is, there is no tail.
func TestTail(t *testing.T) {
	m := mood{sd: 0.02}
	if got := m.margin(0, manyDF, 0.95) + m.tail(0, manyDF, 0.95); !scalar.EqualWithinRel(got, 0.02*2.306, 1e-3) {
		t.Errorf("margin and tail %v, want 2.306 times 0.02", got)
	}
	if got := (mood{}).tail(0.02, 5, 0.95); got != 0 {
		t.Errorf("without a mood the tail is %v", got)
	}
}

// TestGroupMean: of cells whose rounds scatter on their own, the mean's error falls with the
// root of their number, and so many more degrees of freedom it has; the weather of all of them
// adds to it as it is.
func TestGroupMean(t *testing.T) {
	g := &group{}
	for _, log := range []float64{0.1, 0.2, 0.3, 0.4} {
		g.pairs = append(g.pairs, &pair{logRatio: log, within: 0.1, df: 9})
	}
	if se, df := g.mean(0, manyDF); !scalar.EqualWithinRel(g.logRatio, 0.25, 1e-9) || !scalar.EqualWithinRel(se, 0.05, 1e-9) || !scalar.EqualWithinRel(df, 36, 1e-9) {
		t.Errorf("mean %v, error %v with %v degrees of freedom; want 0.25, 0.05, 36", g.logRatio, se, df)
	}
	// Half of the variance is the weather's, with 9 degrees of freedom: 2²/(1/36 + 1/9).
	if se, df := g.mean(0.05, 9); !scalar.EqualWithinRel(se, 0.05*math.Sqrt2, 1e-9) || !scalar.EqualWithinRel(df, 28.8, 1e-9) {
		t.Errorf("with the weather error %v with %v degrees of freedom; want 0.05·√2, 28.8", se, df)
	}
}

// Two configurations in one file are two cells.
func TestConfigurationsApart(t *testing.T) {
	both := func(factor float64) (all []string) {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, "goarch: "+arch)
			for i := range 8 {
				all = append(all, eight(fmt.Sprintf("BenchmarkX%d", i), factor)...)
			}
			factor *= 3
		}
		return all
	}
	status, said := compared(file(t, "old", both(100)...), file(t, "new", both(120)...))
	if status != 1 || !strings.Contains(said, "goarch=arm64") || !strings.Contains(said, "16 worse") {
		t.Errorf("status %d\n%s", status, said)
	}
}

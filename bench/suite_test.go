package bench

import (
	"errors"
	"flag"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/pool"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

func TestCatalogIsValid(t *testing.T) {
	for _, grid := range []Grid{Quick, Full} {
		c := Default(grid).Catalog()
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", grid, err)
		}
	}
}

// TestQuickGridIsPartOfFull: what a quick study shows, a full one shows too.
func TestQuickGridIsPartOfFull(t *testing.T) {
	full := caseNames(Full)
	for _, name := range caseNames(Quick) {
		if !slices.Contains(full, name) {
			t.Errorf("only in the quick grid: %s", name)
		}
	}
}

func caseNames(grid Grid) (names []string) {
	for _, p := range Default(grid).Patterns() {
		for _, c := range p.cases(grid) {
			names = append(names, c.Name)
		}
	}
	return names
}

// TestFind: each case is found by its name and nothing else is.
func TestFind(t *testing.T) {
	for _, grid := range []Grid{Quick, Full} {
		for _, p := range Default(grid).Patterns() {
			for _, c := range p.cases(grid) {
				got, ok := p.find(grid, c.Name)
				if !ok || got.Name != c.Name || !maps.Equal(got.Keys, c.Keys) {
					t.Errorf("%s: found %v: %+v", c.Name, ok, got)
				}
				for _, name := range []string{c.Name + "x", strings.Replace(c.Name, "impl=", "impl=x", 1), strings.TrimPrefix(c.Name, "B"), c.Name + "/more=1"} {
					if _, ok := p.find(grid, name); ok {
						t.Errorf("%s: found, though it is no case", name)
					}
				}
			}
		}
	}
}

// TestEveryVariantIsMeasured: a row in a pattern's table is all it takes.
func TestEveryVariantIsMeasured(t *testing.T) {
	names := strings.Join(caseNames(Quick), "\n")
	for _, p := range Default(Quick).Patterns() {
		for _, e := range p.entrants {
			if e.as == role.Thread {
				continue // most in the full grid only
			}
			if e.MaxCapacity > 0 && e.MaxCapacity < 1024 {
				continue // a pipe elsewhere than on Linux, too small for the one situation it is asked for
			}
			if want := p.Benchmark + "/impl=" + e.Name + "/as=" + string(e.as) + "/"; !strings.Contains(names, want) {
				t.Errorf("no quick case %s…", want)
			}
		}
	}
}

// A queue without bound is measured once it has grown, though what it is compared with
// needs less.
func TestGrownQueueIsMeasuredForLonger(t *testing.T) {
	p := Queue()
	grows := map[string]bool{}
	for _, e := range p.entrants {
		grows[e.Name] = e.Overflow == patterns.Grow
	}
	for _, c := range p.cases(Quick) {
		if !slices.Contains(c.Situations, "queue-many") && !slices.Contains(c.Situations, "queue-one") {
			continue
		}
		if least, err := time.ParseDuration(c.MinTime); err != nil || (least >= queueGrown) != grows[c.Keys["impl"]] {
			t.Errorf("%s: min time %s", c.Name, c.MinTime)
		}
	}
}

// The full grid has throughput over CPUs for every shared thing, the cost of an idle worker,
// and supplements; the quick one has a few variants of two patterns, of pools processes too.
func TestScaling(t *testing.T) {
	scaled := func(p Pattern, grid Grid) (situations []string) {
		for _, c := range p.cases(grid) {
			if c.Scaling {
				situations = append(situations, c.Situations[0])
			}
		}
		slices.Sort(situations)
		return slices.Compact(situations)
	}
	for _, test := range []struct {
		grid Grid
		want string
	}{
		{Quick, "queue-many pool-10us"},
		{Full, "daemon-idle queue-many barrier-fit lock-short pool-10us state-hot"},
	} {
		var got []string
		for _, p := range Default(test.grid).Patterns() {
			got = append(got, scaled(p, test.grid)...)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.grid, got, test.want)
		}
	}
	pools := Pool()
	if processes() && !slices.ContainsFunc(pools.cases(Quick), func(c catalog.Case) bool { return c.Scaling && c.Keys["as"] == string(role.Process) }) {
		t.Error("no pool of processes is measured over CPUs")
	}
	peers := Queue()
	peers.Supplement("elsewhere")
	if quick, full := scaled(peers, Quick), scaled(peers, Full); len(quick) > 0 || len(full) != 1 {
		t.Errorf("a supplement scales in %v of the quick grid and %v of the full one", quick, full)
	}
}

// processes reports whether there are worker processes here.
func processes() bool { return slices.Contains(role.Executions(), role.Process) }

// TestSituations holds the words in which decisions are asked for.
func TestSituations(t *testing.T) {
	want := map[string][]string{
		"queue":     {"1 → 1, tiny items", "many → many, tiny items", "many → many, 1 µs of work each", "consumers too slow (block, drop or grow)", "across processes"},
		"barrier":   {"N ≤ CPUs", "N > CPUs", "across processes, one may die"},
		"lock":      {"uncontended", "short and contended", "1 µs and contended", "99 % reads", "holder in another process may die"},
		"daemon":    {"a background worker that idles", "what an idle worker holds", "work in hand that must survive a crash of main"},
		"lifecycle": {"cooperative stop", "ignores stop", "crashes"},
		"pipe":      {"same process", "another process, 64 B", "another process, 64 KiB stream", "encoded structs"},
		"state":     {"hot counter", "map, 99 % reads", "map, 50/50, 16 callers", "10 µs updates", "state in another process"},
		"pool":      {"tasks under 1 µs", "10 µs of CPU", "1 ms of CPU, skewed", "10 ms of I/O wait, 10,000 outstanding", "tasks that may crash", "a latency-sensitive neighbour"},
		"spawn":     {"goroutine per request", "10,000 parked", "cold helper process", "warm helper"},
	}
	for _, p := range Default(Quick).Catalog().Patterns {
		var got []string
		for _, s := range p.Situations {
			got = append(got, s.Name)
			measured := slices.ContainsFunc(p.Cases, func(c catalog.Case) bool { return slices.Contains(c.Situations, s.ID) })
			if !measured && processes() {
				t.Errorf("%s: no case in situation %q", p.Name, s.Name)
			}
		}
		for _, name := range want[p.Name] {
			if !slices.Contains(got, name) {
				t.Errorf("%s: no situation %q", p.Name, name)
			}
		}
	}
}

// benchmark is testing.Benchmark with enough operations for a fault to show, whatever
// -benchtime says.
func benchmark(f func(*testing.B)) testing.BenchmarkResult { return benchmarkFor("1000x", f) }

// benchmarkFor is testing.Benchmark with a -benchtime of its own.
func benchmarkFor(length string, f func(*testing.B)) testing.BenchmarkResult {
	benchtime := flag.Lookup("test.benchtime").Value
	given := benchtime.String()
	defer benchtime.Set(given)
	benchtime.Set(length)
	return testing.Benchmark(f)
}

// TestDropsAreCounted: of what an overloaded queue was offered it is said which share it dropped,
// at once or later, and how much is left in it.
func TestDropsAreCounted(t *testing.T) {
	keys := queuePoint("1", "1", "64", "64", "0ns", "overload")
	keys["as"] = "goroutine"
	for _, test := range []struct {
		name string
		drop dropping // of what is put
		want float64
	}{
		{"none", dropping{}, 0},
		{"every second", dropping{every: 2, refuses: true}, 0.5},
		{"every fourth, later", dropping{every: 4}, 0.25},
	} {
		r := benchmark(func(b *testing.B) {
			inner, err := queue.Variants[[8]uint64]()[0].New(64)
			if err != nil {
				b.Fatal(err)
			}
			q := test.drop
			q.Queue = inner
			haul(b, &conditions{Keys: keys, Work: NewWork(1)}, hauliers64, &q)
		})
		if got, ok := r.Extra["dropped-ratio"]; !ok || !scalar.EqualWithinAbs(got, test.want, 2e-3) {
			t.Errorf("a queue that drops %s: dropped-ratio %v, want %v", test.name, got, test.want)
		}
		if left, ok := r.Extra["backlog-items"]; !ok || left > 64 {
			t.Errorf("a queue of 64 that drops %s: %v items are left in it", test.name, left)
		}
	}
}

// dropping is a queue that drops one item in so many, which it refuses or takes.
type dropping struct {
	queue.Queue[[8]uint64]
	every   int // 0: never
	refuses bool
	puts    int
	dropped int // of what it took
}

var _ queue.Dropper = (*dropping)(nil)

func (q *dropping) Put(v [8]uint64) error {
	q.puts++
	switch {
	case q.every == 0 || q.puts%q.every != 0:
		return q.Queue.Put(v)
	case q.refuses:
		return queue.ErrDropped
	}
	q.dropped++
	return nil
}

func (q *dropping) Dropped() int { return q.dropped }

// TestWorkIsDone: an operation that is to do work does it, wherever it belongs.
func TestWorkIsDone(t *testing.T) {
	s := Default(Full)
	for _, at := range []struct{ pattern, key string }{
		{"queue", "work"}, {"lock", "cs"}, {"lock", "work"}, {"state", "work"}, {"barrier", "work"}, {"pool", "task"},
	} {
		p := s.pattern(at.pattern)
		cost := func(work string) float64 {
			keys := maps.Clone(p.situations[0].Point)
			keys["impl"], keys["as"], keys[at.key] = p.Baseline, "goroutine", work
			r := benchmarkFor("20x", func(b *testing.B) { p.run(b, &conditions{Keys: keys, Work: NewWork(1000)}) })
			if r.N == 0 {
				t.Fatalf("%s with %s=%s failed", at.pattern, at.key, work)
			}
			return r.Extra["ns/op"]
		}
		idle := math.Inf(1)
		for range 5 { // others may hold it up, and nothing speeds it up
			idle = min(idle, cost("0ns"))
		}
		if busy := cost("1ms"); busy < 5*idle {
			t.Errorf("%s: %v ns an operation with %s=1ms, %v without", at.pattern, busy, at.key, idle)
		}
	}
}

// TestVariantOf: a case measures the variant that it names.
func TestVariantOf(t *testing.T) {
	c := &conditions{Keys: map[string]string{"impl": "b"}}
	same := func(name string) string { return name }
	if v, err := variantOf(c, []string{"a", "b", "c"}, same); v != "b" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := variantOf(c, []string{"a", "c"}, same); err == nil {
		t.Errorf("got %q and no error for a variant that is not there", v)
	}
}

// TestVerdictGroupsAreApart: nobody is on both sides of a verdict, and both have somebody.
func TestVerdictGroupsAreApart(t *testing.T) {
	for _, grid := range []Grid{Quick, Full} {
		of := Default(grid).Catalog()
		for _, v := range of.Verdicts {
			for _, id := range v.Situations {
				in := map[string]int{}
				for _, p := range of.Patterns {
					for _, c := range p.Cases {
						if !slices.Contains(c.Situations, id) {
							continue
						}
						a, b := v.A.Matches(c.Keys), v.B.Matches(c.Keys)
						if a && b {
							t.Errorf("%s grid, %s: %s is both %s and %s", grid, v.ID, c.Name, v.A.Name, v.B.Name)
						}
						if a {
							in[v.A.Name]++
						}
						if b {
							in[v.B.Name]++
						}
					}
				}
				if len(in) != 2 {
					t.Errorf("%s grid, %s in %s: of two groups there are %v", grid, v.ID, id, in)
				}
			}
		}
	}
}

// A queue that loses, doubles or tears items must fail its benchmark.
func TestWrongQueueFails(t *testing.T) {
	keys := queuePoint("1", "1", "64", "64", "0ns", "steady")
	keys["as"] = "goroutine"
	for name, spoil := range map[string]func(i int, v *[8]uint64) (copies int){
		"none":    func(int, *[8]uint64) int { return 1 },
		"loses":   func(i int, _ *[8]uint64) int { return min(1, i%7) },
		"doubles": func(i int, _ *[8]uint64) int { return 1 + (i+1)%2 },
		"tears":   func(i int, v *[8]uint64) int { v[0] += uint64(i % 2); return 1 },
	} {
		// testing.Benchmark reports a failed benchmark as one that ran no iteration.
		r := benchmark(func(b *testing.B) {
			inner, err := queue.Variants[[8]uint64]()[0].New(64)
			if err != nil {
				b.Fatal(err)
			}
			haul(b, &conditions{Keys: keys, Work: NewWork(1)}, hauliers64, &spoilt{Queue: inner, spoil: spoil})
		})
		if failed := r.N == 0; failed != (name != "none") {
			t.Errorf("a queue that %s: failed %v", name, failed)
		}
	}
}

type spoilt struct {
	queue.Queue[[8]uint64]
	spoil func(int, *[8]uint64) int
	puts  int
}

func (s *spoilt) Put(v [8]uint64) error {
	copies := s.spoil(s.puts, &v)
	s.puts++
	for range copies {
		if err := s.Queue.Put(v); err != nil {
			return err
		}
	}
	return nil
}

func TestVerifyPool(t *testing.T) {
	boom := errors.New("boom")
	tasks := []Task{{Index: 0}, {Index: 1, Fate: Panics}, {Index: 2}}
	want := []uint64{10, 11, 12}
	for _, c := range []struct {
		name   string
		values []uint64
		err    error
		ok     bool
	}{
		{"right", []uint64{10, 0, 12}, pool.Failures{{Index: 1, Err: boom}}, true},
		{"wrong value", []uint64{10, 0, 13}, pool.Failures{{Index: 1, Err: boom}}, false},
		{"in another's place", []uint64{12, 0, 10}, pool.Failures{{Index: 1, Err: boom}}, false},
		{"crash not noticed", []uint64{10, 11, 12}, nil, false},
		{"another failed too", []uint64{0, 0, 12}, pool.Failures{{Index: 0, Err: boom}, {Index: 1, Err: boom}}, false},
		{"another error", []uint64{10, 0, 12}, boom, false},
	} {
		out := make([]Result, len(c.values))
		for i, v := range c.values {
			out[i].Value = v
		}
		if err := verify(tasks, want, out, c.err); (err == nil) != c.ok {
			t.Errorf("%s: got %v", c.name, err)
		}
	}

	right := make([]byte, 256)
	mark(right, 10)
	torn := slices.Clone(right)
	torn[128]++
	for name, payload := range map[string][]byte{"right": right, "torn": torn, "short": right[:192], "none": nil} {
		err := verify([]Task{{Payload: make([]byte, 256)}}, []uint64{10}, []Result{{Value: 10, Payload: payload}}, nil)
		if (err == nil) != (name == "right") {
			t.Errorf("%s payload: got %v", name, err)
		}
	}
}

func TestItemsAreReadWhole(t *testing.T) {
	var v [128]uint64
	fill(&v, 7)
	if w, whole := read(&v); w != 7 || !whole {
		t.Errorf("read %d, whole %v", w, whole)
	}
	for line := 1; line < len(v)/wordsPerLine; line++ {
		torn := v
		torn[line*wordsPerLine]++
		if _, whole := read(&torn); whole {
			t.Errorf("an item torn at line %d was read as whole", line)
		}
	}
}

func TestShareAddsUp(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 10, 1001} {
		sum := 0
		for i := range 4 {
			sum += share(n, 4, i)
		}
		if sum != n {
			t.Errorf("%d items were shared out as %d", n, sum)
		}
	}
}

func TestWorkIsVerified(t *testing.T) {
	right := Calibrate()
	if err := NewWork(right).Verify(); err != nil {
		t.Errorf("the rate just found: %v", err)
	}
	for _, rate := range []int{right * 10, max(1, right/10)} {
		if err := NewWork(rate).Verify(); err == nil {
			t.Errorf("a rate of %d passes where %d is right", rate, right)
		}
	}
}

// Processes are spared testing's trial run of one operation where more are asked for by
// count. Where one is, or a time, that run is the sample or gives the scale.
func TestTrialRunOfProcesses(t *testing.T) {
	for _, test := range []struct {
		as    role.As
		count int
		ran   []int // operations, run by run
	}{
		{role.Process, 1000, []int{1000}},
		{role.Process, 1, []int{1, 1000}},
		{role.Process, 0, []int{1, 1000}}, // a time
		{role.Goroutine, 1000, []int{1, 1000}},
	} {
		s := &Suite{Count: test.count, work: func() (*Work, error) { return NewWork(1), nil }}
		c := catalog.Case{Name: "BenchmarkX/as=" + string(test.as), Keys: map[string]string{"as": string(test.as)}}
		var ran []int
		benchmark(func(b *testing.B) {
			s.runCase(b, c, func(b *testing.B, _ *conditions) { ran = append(ran, b.N) })
		})
		if !slices.Equal(ran, test.ran) {
			t.Errorf("as %s, of %d: ran %v, want %v", test.as, test.count, ran, test.ran)
		}
	}
	for benchtime, want := range map[string]int{"100x": 100, "1x": 1, "1s": 0, "20ms": 0} {
		if got := counted(benchtime); got != want {
			t.Errorf("-benchtime %s asks for %d operations, want %d", benchtime, got, want)
		}
	}
}

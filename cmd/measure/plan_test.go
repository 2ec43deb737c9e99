package main

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
)

func TestDefaultAxes(t *testing.T) {
	for _, test := range []struct {
		n           int
		cpus, procs []int
	}{
		{1, []int{1}, []int{1, 2}},
		{2, []int{1, 2}, []int{1, 2, 4}},
		{4, []int{1, 2, 4}, []int{1, 2, 4, 8}},
		{6, []int{1, 2, 4, 6}, []int{1, 2, 4, 6, 12}},
		{16, []int{1, 2, 4, 8, 16}, []int{1, 2, 4, 8, 16, 32}},
	} {
		if got := defaultCPUs(test.n); !slices.Equal(got, test.cpus) {
			t.Errorf("%d CPUs: cpus %v, want %v", test.n, got, test.cpus)
		}
		if got := defaultProcs(test.n); !slices.Equal(got, test.procs) {
			t.Errorf("%d CPUs: GOMAXPROCS %v, want %v", test.n, got, test.procs)
		}
	}
}

// TestQuotaBoundsCPUs: by default no more CPUs are used than a quota leaves time for; who asks for more
// gets them.
func TestQuotaBoundsCPUs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no quotas")
	}
	for _, test := range []struct {
		asked       []int
		quota       float64
		cpus, procs []int
	}{
		{nil, 0, []int{1, 2, 4, 8}, []int{1, 2, 4, 8, 16}},
		{nil, 2.5, []int{1, 2}, []int{1, 2, 4}},
		{nil, 0.5, []int{1}, []int{1, 2}},
		{nil, 64, []int{1, 2, 4, 8}, []int{1, 2, 4, 8, 16}},
		{[]int{1, 4}, 2, []int{1, 4}, []int{1, 2, 4, 8}},
	} {
		cpus, procs, err := axes(&options{cpus: test.asked}, 8, test.quota)
		if err != nil || !slices.Equal(cpus, test.cpus) || !slices.Equal(procs, test.procs) {
			t.Errorf("asked for %v with a quota of %v: cpus %v, GOMAXPROCS %v, %v", test.asked, test.quota, cpus, procs, err)
		}
	}
}

func TestPairs(t *testing.T) {
	for _, test := range []struct {
		cpus, procs []int
		star        bool
		want        []pair
	}{
		{[]int{1}, []int{1, 2}, true, []pair{{1, 1}, {1, 2}}},
		{[]int{1, 2}, []int{1, 2}, true, []pair{{1, 1}, {1, 2}, {2, 1}, {2, 2}}},
		{[]int{1, 4}, []int{1, 2, 4, 8}, true, []pair{{1, 1}, {1, 2}, {4, 1}, {4, 4}, {4, 8}}},
		{[]int{1, 4}, []int{1, 2, 4}, false, []pair{{1, 1}, {1, 2}, {1, 4}, {4, 1}, {4, 2}, {4, 4}}},
		{[]int{6}, []int{3}, false, []pair{{6, 3}}},
	} {
		if got := pairs(test.cpus, test.procs, test.star); !slices.Equal(got, test.want) {
			t.Errorf("pairs(%v, %v, %v) = %v, want %v", test.cpus, test.procs, test.star, got, test.want)
		}
	}
}

// small is a catalog of one scaling case and a slow one in one place.
func small() *catalog.Catalog {
	return &catalog.Catalog{
		Version: catalog.Version, Grid: "quick",
		Patterns: []catalog.Pattern{
			{
				Name: "x", Baseline: "a",
				Variants:   []catalog.Variant{{Name: "a"}},
				Situations: []catalog.Situation{{ID: "x-1"}},
				Benchmark:  "BenchmarkX",
				Cases:      []catalog.Case{{Name: "BenchmarkX/impl=a/as=goroutine", Keys: map[string]string{"impl": "a", "as": "goroutine"}, Scaling: true}},
			},
			{
				Name: "y", Baseline: "a",
				Variants:   []catalog.Variant{{Name: "a"}},
				Situations: []catalog.Situation{{ID: "y-1"}},
				Benchmark:  "BenchmarkY",
				Cases:      []catalog.Case{{Name: "BenchmarkY/impl=a/as=process", Keys: map[string]string{"impl": "a", "as": "process"}, MinTime: "100ms", Setup: "20ms"}},
			},
		},
		Verdicts: []catalog.Verdict{{ID: "both", Situations: []string{"x-1", "y-1"}}, {ID: "y", Situations: []string{"y-1"}}},
	}
}

func planOf(t *testing.T, seed int64) *plan {
	t.Helper()
	o := &options{grid: "quick", benchtime: 50 * time.Millisecond, stop: rule{rounds: 10}, seed: seed}
	p, err := newPlan(&program{catalog: small()}, o, []int{1, 2}, []int{1, 2, 4})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlan(t *testing.T) {
	p := planOf(t, 1)
	var got []string
	for _, c := range p.cells {
		got = append(got, c.String()+" "+c.target.String())
	}
	want := []string{
		"BenchmarkX/impl=a/as=goroutine cpus=1 GOMAXPROCS=1 50ms",
		"BenchmarkX/impl=a/as=goroutine cpus=1 GOMAXPROCS=2 50ms",
		"BenchmarkX/impl=a/as=goroutine cpus=2 GOMAXPROCS=1 50ms",
		"BenchmarkX/impl=a/as=goroutine cpus=2 GOMAXPROCS=2 50ms",
		"BenchmarkX/impl=a/as=goroutine cpus=2 GOMAXPROCS=4 50ms",
		"BenchmarkY/impl=a/as=process cpus=2 GOMAXPROCS=2 100ms",
		"BenchmarkControl cpus=2 GOMAXPROCS=2 20ms",
	}
	if !slices.Equal(got, want) {
		t.Errorf("cells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A cell knows who it is compared with, by what, and whose capacity it is offered a share of;
// placements are cells where there is a choice.
func TestPlanOfCells(t *testing.T) {
	of := func(impl, as string) catalog.Case {
		return catalog.Case{
			Name: catalog.Name("BenchmarkX", "impl", impl, "as", as), Keys: map[string]string{"impl": impl, "as": as},
			Situations: []string{"x-1"}, Pins: []string{"one"},
		}
	}
	offered := of("b", "process")
	offered.CapacityOf = of("b", "goroutine").Name
	prog := &program{catalog: &catalog.Catalog{Patterns: []catalog.Pattern{{
		Name: "x", Benchmark: "BenchmarkX", Baseline: "b",
		Situations: []catalog.Situation{{ID: "x-1", Unit: "p99-ns"}},
		Cases:      []catalog.Case{of("a", "goroutine"), of("b", "goroutine"), offered},
		Floors:     []catalog.Floor{{Case: catalog.Case{Name: "BenchmarkXFloor/of=nap", Keys: map[string]string{"of": "nap"}}}},
	}}}}
	for _, test := range []struct {
		cpus int
		want []string
	}{
		{1, []string{
			"0 compared by p99-ns with 0, in the block of 0",
			"1 compared by p99-ns with 0, in the block of 0, the baseline",
			"2 compared by p99-ns with 2, in the block of 0, the baseline, offered a share of 1",
			"3 compared by ns/op with 3, in the block of 3, a floor",
			"4 compared by ns/op with 4, in the block of 4",
		}},
		{2, []string{
			"0 compared by p99-ns with 0, in the block of 0",
			"1 compared by p99-ns with 1, in the block of 1, pin=one",
			"2 compared by p99-ns with 0, in the block of 0, the baseline",
			"3 compared by p99-ns with 1, in the block of 1, pin=one, the baseline",
			"4 compared by p99-ns with 4, in the block of 0, the baseline, offered a share of 2",
			"5 compared by p99-ns with 5, in the block of 1, pin=one, the baseline, offered a share of 3",
			"6 compared by ns/op with 6, in the block of 6, a floor",
			"7 compared by ns/op with 7, in the block of 7",
		}},
	} {
		if test.cpus > 1 && !affinity.Settable {
			continue
		}
		p, err := newPlan(prog, &options{grid: "quick", benchtime: time.Millisecond}, []int{test.cpus}, []int{test.cpus})
		if err != nil {
			t.Fatal(err)
		}
		first := func(like func(cell) bool) int { return slices.IndexFunc(p.cells, like) }
		var got []string
		for i, c := range p.cells {
			says := fmt.Sprintf("%d compared by %s with %d, in the block of %d", i, c.deciding(),
				first(func(d cell) bool { return d.group == c.group }), first(func(d cell) bool { return d.block == c.block }))
			if c.pin != "" {
				says += ", pin=" + c.pin
			}
			if c.baseline {
				says += ", the baseline"
			}
			if c.floor {
				says += ", a floor"
			}
			if c.capacity >= 0 {
				says += fmt.Sprintf(", offered a share of %d", c.capacity)
			}
			got = append(got, says)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("on %d CPUs\n%s\nwant\n%s", test.cpus, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// Each round runs each cell once, in an order of its own that the seed gives back.
func TestOrder(t *testing.T) {
	p, again, other := planOf(t, 1), planOf(t, 1), planOf(t, 2)
	sameAsFirst, sameAsOther := 0, 0
	for round := 1; round <= p.stop.rounds; round++ {
		order := p.order(round)
		if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5, 6}) {
			t.Errorf("round %d runs cells %v", round, order)
		}
		if !slices.Equal(order, again.order(round)) {
			t.Errorf("round %d is not reproduced", round)
		}
		if slices.Equal(order, p.order(1)) {
			sameAsFirst++
		}
		if slices.Equal(order, other.order(round)) {
			sameAsOther++
		}
	}
	if sameAsFirst > 2 || sameAsOther > 1 { // of 5040 permutations
		t.Errorf("%d of %d rounds are like the first, %d like those of another seed", sameAsFirst, p.stop.rounds, sameAsOther)
	}
}

// Who is compared is measured one right after the other, in every order.
func TestOrderKeepsBlocksTogether(t *testing.T) {
	cat := small()
	cases := &cat.Patterns[1].Cases
	for _, name := range []string{"impl=a/as=thread/x=1", "impl=b/as=process/x=1", "impl=a/as=process/x=2", "impl=b/as=process/x=2"} {
		keys := map[string]string{}
		for _, part := range strings.Split(name, "/") {
			k, v, _ := strings.Cut(part, "=")
			keys[k] = v
		}
		*cases = append(*cases, catalog.Case{Name: "BenchmarkY/" + name, Keys: keys})
	}
	(*cases)[0].Keys["x"] = "1"
	o := &options{grid: "quick", benchtime: 50 * time.Millisecond, seed: 1}
	p, err := newPlan(&program{catalog: cat}, o, []int{2}, []int{2})
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]int{}
	for round := range 400 {
		order := p.order(round)
		orders[fmt.Sprint(order)]++
		at := make([]int, len(p.cells))
		for i, cell := range order {
			at[cell] = i
		}
		for _, block := range [][]int{{1, 2, 3}, {4, 5}} { // x=1 and x=2; 0 is BenchmarkX's
			first, last := len(at), 0
			for _, cell := range block {
				first, last = min(first, at[cell]), max(last, at[cell])
			}
			if last-first != len(block)-1 {
				t.Fatalf("round %d measures %v apart: %v", round, block, order)
			}
		}
	}
	if len(orders) < 200 { // of 288 = 4! of blocks × 3! × 2!
		t.Errorf("%d orders", len(orders))
	}
}

func TestEstimate(t *testing.T) {
	// A round: five times 50 ms, once 100 + 20 ms, the control's 20 ms; seven
	// processes of 40 ms each. Ten of them and two for calibration.
	want := 12 * (670 * time.Millisecond)
	if got := estimate(planOf(t, 1)); got != want {
		t.Errorf("estimate %v, want %v", got, want)
	}
	p := planOf(t, 1)
	if p.stop.rounds = math.MaxInt; estimate(p) < want {
		t.Errorf("estimate of so many rounds %v", estimate(p))
	}
}

func TestNarrow(t *testing.T) {
	o, err := parseOptions([]string{"-bench", "X/.*goroutine"})
	if err != nil {
		t.Fatal(err)
	}
	whole := small()
	c, err := narrow(whole, o.bench)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Patterns) != 1 || c.Patterns[0].Name != "x" || len(c.Patterns[0].Cases) != 1 {
		t.Errorf("patterns %+v", c.Patterns)
	}
	if want := []catalog.Verdict{{ID: "both", Situations: []string{"x-1"}}}; !reflect.DeepEqual(c.Verdicts, want) {
		t.Errorf("verdicts %+v, want %+v", c.Verdicts, want)
	}
	if !reflect.DeepEqual(whole, small()) {
		t.Errorf("the whole catalog was changed to %+v", whole)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

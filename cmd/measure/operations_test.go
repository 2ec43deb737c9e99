package main

import (
	"context"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// A case that fails once while its N is sought is not lost to the study.
func TestCalibrateOnceMore(t *testing.T) {
	failures := 1
	steady := model(func(n int) time.Duration { return time.Duration(n) * 100 })
	s := newSession(planOf(t, 1), func(ctx context.Context, c cell, benchtime string) (*sample, error) {
		if failures > 0 {
			failures--
			return &sample{Sample: study.Sample{Error: "busy"}}, nil
		}
		return steady.run(ctx, c, benchtime)
	}, newStudy(t), io.Discard)
	if err := s.calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, c := range s.cells {
		if c.n == 0 || c.failed > 0 {
			t.Errorf("%v: %+v", s.plan.cells[i], c)
		}
	}
}

// An interruption while N is sought leaves nothing behind.
func TestInterruptedCalibration(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSession(planOf(t, 1), func(context.Context, cell, string) (*sample, error) {
		return nil, errInterrupted
	}, newStudy(t), io.Discard)
	if err := s.calibrate(ctx); err == nil || !strings.Contains(err.Error(), "nothing is measured yet") {
		t.Errorf("error %v", err)
	}
}

// A notebook is a recorder that can be asked what it was given.
type notebook struct {
	fixed   map[string][]int       // N, by case
	sampled map[string]map[int]int // samples, by case and N
}

func newNotebook() *notebook {
	return &notebook{map[string][]int{}, map[string]map[int]int{}}
}

func (b *notebook) Fix(f study.Fixed) error {
	b.fixed[f.Case] = append(b.fixed[f.Case], f.N)
	return nil
}

func (b *notebook) Append(s study.Sample, _ *benchfmt.Result, _ []*benchfmt.UnitMetadata) error {
	if b.sampled[s.Case] == nil {
		b.sampled[s.Case] = map[int]int{}
	}
	b.sampled[s.Case][s.N]++
	return nil
}

func (b *notebook) Sync() error { return nil }

// paced samples operations that each take what perOp says at the time.
func paced(perOp func(cell) time.Duration) sampleFunc {
	return func(ctx context.Context, c cell, benchtime string) (*sample, error) {
		each := perOp(c)
		got, err := model(func(n int) time.Duration { return time.Duration(n) * each }).run(ctx, c, benchtime)
		if err == nil {
			got.Case = c.Name
		}
		return got, err
	}
}

// Where the machine was held up for as long as N was sought, the first round finds that
// out, and N is sought again before anything of the cell is on record.
func TestSeekAgain(t *testing.T) {
	const rounds = 3
	of := func(name string) cell {
		return cell{Case: catalog.Case{Name: name}, capacity: -1, target: 50 * time.Millisecond}
	}
	alone, old, loaded, oldLoaded, capacity, control := of("alone"), of("both"), of("loaded"), of("loaded"), of("capacity"), of("control")
	old.before, old.twin = true, 1
	oldLoaded.before, oldLoaded.twin = true, 2
	loaded.capacity = 3
	control.control = true
	p := &plan{seed: 1, stop: rule{rounds: rounds}, cells: []cell{alone, of("both"), loaded, capacity, old, oldLoaded, control}}

	perOp := 10 * time.Microsecond
	now, before := newNotebook(), newNotebook()
	s := newSession(p, paced(func(cell) time.Duration { return perOp }), now, io.Discard)
	s.before = before
	if err := s.calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if share, twins := p.cells[2].nsPerOpOfCapacity, p.cells[5].nsPerOpOfCapacity; share != 10_000 || twins != share {
		t.Errorf("offered is a share of %v ns/op, and to the twin of %v", share, twins)
	}
	wrong := maps.Clone(now.fixed)
	perOp = 100
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*notebook{now, before} {
		for name, fixed := range b.fixed {
			last := fixed[len(fixed)-1]
			if got := b.sampled[name]; len(got) != 1 || got[last] != rounds {
				t.Errorf("%s: samples by N %v, want %d of the N fixed last, of %v", name, got, rounds, fixed)
			}
			if name == "capacity" { // its ns/op has been told: N stays
				if last != wrong[name][0] {
					t.Errorf("%s: N %v, want none but the first", name, fixed)
				}
			} else if last < 500_000 || len(fixed) != 2 {
				t.Errorf("%s: N %v, want some 5,000 and then 500,000", name, fixed)
			}
		}
	}
	if len(now.fixed) != 5 || len(before.fixed) != 3 || now.fixed["both"][1] != before.fixed["both"][1] || now.fixed["loaded"][1] != before.fixed["loaded"][1] {
		t.Errorf("N %v, before %v", now.fixed, before.fixed)
	}
}

// Once a sample of a cell is on record its N stays, whatever comes.
func TestSeekAgainNotLater(t *testing.T) {
	perOp := time.Microsecond
	b := newNotebook()
	p := &plan{seed: 1, stop: rule{rounds: 3}, cells: []cell{{
		Case: catalog.Case{Name: "alone"}, control: true, capacity: -1, target: 50 * time.Millisecond,
	}}}
	s := newSession(p, paced(func(cell) time.Duration {
		if len(b.sampled) > 0 {
			perOp = 1
		}
		return perOp
	}), b, io.Discard)
	if err := s.calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(b.fixed["alone"]) != 1 || len(b.sampled["alone"]) != 1 || s.cells[0].short == 0 {
		t.Errorf("N %v, samples by N %v, %d short", b.fixed, b.sampled, s.cells[0].short)
	}
}

// Where N is found to be right the short sample counts, and measuring goes on.
func TestSeekAgainForNothing(t *testing.T) {
	b := newNotebook()
	p := &plan{seed: 1, stop: rule{rounds: 2}, cells: []cell{{
		Case: catalog.Case{Name: "alone"}, control: true, capacity: -1, target: 50 * time.Millisecond,
	}}}
	perOp := 10 * time.Microsecond
	s := newSession(p, paced(func(cell) time.Duration {
		defer func() { perOp = 10 * time.Microsecond }()
		return perOp
	}), b, io.Discard)
	if err := s.calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	perOp = time.Microsecond // once
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.sampled["alone"]; len(b.fixed["alone"]) != 1 || got[b.fixed["alone"][0]] != 2 || s.cells[0].short != 1 {
		t.Errorf("N %v, samples by N %v, %d short", b.fixed, b.sampled, s.cells[0].short)
	}
}

// A first sample that fails is on record as that: to seek N again would hide it.
func TestSeekAgainNotFailed(t *testing.T) {
	for _, like := range []study.Fixed{{}, {Case: "alone", N: 1000, NsPerOp: 50_000, Borrowed: true}} {
		b := newNotebook()
		c := cell{Case: catalog.Case{Name: "alone"}, capacity: -1, target: 50 * time.Millisecond, like: like}
		p := &plan{seed: 1, stop: rule{rounds: 1}, cells: []cell{c, {control: true, capacity: -1, target: 50 * time.Millisecond}}}
		steady := paced(func(cell) time.Duration { return 50 * time.Microsecond })
		var s *session
		s = newSession(p, func(ctx context.Context, c cell, benchtime string) (*sample, error) {
			if !c.control && s.ledger.calibrating > 0 {
				return &sample{Sample: study.Sample{Case: c.Name, Error: "it broke"}}, nil
			}
			return steady(ctx, c, benchtime)
		}, b, io.Discard)
		if err := s.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.sampled["alone"]; len(b.fixed["alone"]) != 1 || len(got) != 1 || got[0] != 1 || s.cells[0].failed != 1 {
			t.Errorf("borrowed %v: N %v, samples by N %v, %d failed", like.Borrowed, b.fixed, b.sampled, s.cells[0].failed)
		}
	}
}

// Where the end of the plan is lost the samples say with how many operations they were run.
func TestGoOnWithoutPlan(t *testing.T) {
	p := planOf(t, 1)
	s := newSession(p, nil, newNotebook(), io.Discard)
	c := p.cells[0]
	order := slices.Index(p.order(1), 0)
	failed := study.Sample{Round: 1, Order: order, Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, Error: "it broke"} // which says nothing
	x := failed
	x.Round, x.Order, x.N, x.Values, x.Error = 2, slices.Index(p.order(2), 0), 7, map[string]float64{"ns/op": 3}, ""
	if err := s.goOn(&study.Begun{Samples: []study.Sample{failed, x}}); err != nil {
		t.Fatal(err)
	}
	if got := s.cells[0]; !got.fixed || got.n != 7 || got.nsPerOp != 3 {
		t.Errorf("N = %d at %v ns/op, want 7 at 3", got.n, got.nsPerOp)
	}
}

// onRecord is a study of so many whole rounds, each sample of which took so long.
func onRecord(p *plan, rounds int, wall time.Duration) *study.Begun {
	b := &study.Begun{}
	for _, c := range p.cells {
		f := study.Fixed{Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, N: 7, NsPerOp: 1, Wall: wall.Seconds()}
		if c.control {
			f.Case = ""
		}
		b.Fixed = append(b.Fixed, f)
	}
	for r := 1; r <= rounds; r++ {
		for order, i := range p.order(r) {
			f := b.Fixed[i]
			b.Samples = append(b.Samples, study.Sample{
				Round: r, Order: order, Case: f.Case, CPUs: f.CPUs, GOMAXPROCS: f.GOMAXPROCS, Control: f.Case == "", N: 7,
				Wall: wall.Seconds(), Values: map[string]float64{"ns/op": 1},
			})
		}
	}
	return b
}

// A study that was cut off goes on until its rule is content, by all that is on record: not
// before the rounds that are, and not for one more if they are enough.
func TestGoOnUntilEnough(t *testing.T) {
	const wall = time.Second
	for _, test := range []struct {
		what            string
		stop            rule
		rounds, samples int // whole rounds, and of those that follow
		want            int // rounds in the end
	}{
		{"in the middle of a round", rule{rounds: 4}, 2, 3, 4},
		{"after the last round", rule{rounds: 4}, 4, 0, 4},
		{"when the budget is spent", rule{budget: 8 * 7 * wall}, 8, 0, 8},
		{"when another round would not fit", rule{budget: 8*7*wall + 3*wall}, 8, 0, 8},
		{"with two rounds to go, which take nothing", rule{rounds: 10, budget: time.Hour}, 8, 1, 10},
	} {
		p := planOf(t, 1)
		p.stop = test.stop
		b := onRecord(p, test.rounds+1, wall)
		b.Samples = b.Samples[:test.rounds*len(p.cells)+test.samples]
		measured := map[string]int{}
		s := newSession(p, func(ctx context.Context, c cell, benchtime string) (*sample, error) {
			measured[c.String()]++
			return &sample{Sample: study.Sample{N: 7, Values: map[string]float64{"ns/op": 1}}}, nil
		}, newNotebook(), io.Discard)
		if err := s.goOn(b); err != nil {
			t.Fatal(err)
		}
		if err := s.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, n := range measured {
			total += n
		}
		if want := test.want*len(p.cells) - len(b.Samples); s.rounds != test.want || total != want || s.count != test.want*len(p.cells) {
			t.Errorf("cut off %s: %d rounds, %d samples more, %d counted; want %d rounds, %d more", test.what, s.rounds, total, s.count, test.want, want)
		}
		for i, v := range s.values {
			if len(v) != test.want || slices.ContainsFunc(v, math.IsNaN) {
				t.Errorf("cut off %s: values %v of %v", test.what, v, p.cells[i])
			}
		}
	}
}

// Who is offered a share of a capacity is offered the same share when it is gone on with: of
// that which was found last.
func TestGoOnCapacity(t *testing.T) {
	p := planOf(t, 1)
	p.cells[1].capacity = 0
	b := onRecord(p, 1, time.Second)
	again := b.Fixed[0]
	again.NsPerOp = 3
	b.Fixed = append(b.Fixed, again)
	if err := newSession(p, nil, newNotebook(), io.Discard).goOn(b); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0, 3, 0} {
		if got := p.cells[i].nsPerOpOfCapacity; got != want {
			t.Errorf("%v is offered a share of %v ns/op, want %v", p.cells[i], got, want)
		}
	}
}

// Files that were changed are not gone on with: a sample that is not where the seed puts it,
// or there twice.
func TestGoOnRefuses(t *testing.T) {
	for what, change := range map[string]func([]study.Sample) []study.Sample{
		"another order":    func(all []study.Sample) []study.Sample { all[0].Order, all[1].Order = 1, 0; return all },
		"beyond the round": func(all []study.Sample) []study.Sample { all[0].Order = len(all); return all },
		"before the round": func(all []study.Sample) []study.Sample { all[0].Order = -1; return all },
		"twice":            func(all []study.Sample) []study.Sample { return append(all, all[0]) },
	} {
		p := planOf(t, 1)
		b := onRecord(p, 1, time.Second)
		b.Samples = change(b.Samples)
		if err := newSession(p, nil, newNotebook(), io.Discard).goOn(b); err == nil || !strings.Contains(err.Error(), "is not where the seed puts it") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// Another machine, quota or setting of the garbage collector is another experiment, and so are
// other programs, or more of them.
func TestSameSurroundings(t *testing.T) {
	type surroundings struct {
		study.Machine
		usable   []int
		entrants []*entrant
	}
	then, between, start := time.Unix(1, 0), time.Unix(2, 0), time.Unix(3, 0)
	was := study.Machine{CPU: "x", CPUs: 1, OS: "linux", Arch: "amd64", Kernel: "6", MemoryMiB: 512, Go: "go1", GoEnv: map[string]string{"GOGC": "50"}, Start: then, Resumed: []time.Time{between}}
	b := &study.Begun{Machine: was, Plan: study.Plan{CPUs: []int{0}, Entrants: []study.Entrant{{Name: "e", SHA256: "1"}}}}
	for what, change := range map[string]func(*surroundings){
		"":                    func(*surroundings) {},
		"its CPU was":         func(s *surroundings) { s.CPU = "y" },
		"number of CPUs":      func(s *surroundings) { s.CPUs = 2 },
		"list of CPUs":        func(s *surroundings) { s.usable = []int{1} },
		"system":              func(s *surroundings) { s.Arch = "arm64" },
		"kernel":              func(s *surroundings) { s.Kernel = "7" },
		"memory":              func(s *surroundings) { s.MemoryMiB = 1024 },
		"quota of CPU time":   func(s *surroundings) { s.Quota = "50000 100000" },
		"Go environment":      func(s *surroundings) { s.GoEnv = nil },
		"its Go was":          func(s *surroundings) { s.Go = "go2" },
		"1 entrants":          func(s *surroundings) { s.entrants = append(s.entrants, &entrant{name: "f", sum: "2"}) },
		"e is not the binary": func(s *surroundings) { s.entrants[0].sum = "3" },
	} {
		now := surroundings{was, []int{0}, []*entrant{{name: "e", sum: "1"}}}
		now.Start, now.Resumed = start, nil
		change(&now)
		m, err := same(b, now.Machine, &program{entrants: now.entrants}, now.usable)
		if (what == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "start a new study")) {
			t.Errorf("%q: %v", what, err)
		}
		if what == "" && (!m.Start.Equal(then) || !slices.Equal(m.Resumed, []time.Time{between, start})) {
			t.Errorf("begun at %v, gone on with at %v", m.Start, m.Resumed)
		}
	}
}

// A study that is gone on with has the N that was fixed last.
func TestGoOnFixedAgain(t *testing.T) {
	p := planOf(t, 1)
	s := newSession(p, nil, newNotebook(), io.Discard)
	f := study.Fixed{Case: p.cells[0].Name, CPUs: p.cells[0].cpus, GOMAXPROCS: p.cells[0].procs, N: 7, NsPerOp: 1, Wall: 2}
	again := f
	again.N = 70
	if err := s.goOn(&study.Begun{Fixed: []study.Fixed{f, again}}); err != nil {
		t.Fatal(err)
	}
	if s.cells[0].n != 70 {
		t.Errorf("N = %d, want 70", s.cells[0].n)
	}
	if got := p.cells[0].expected(); got != 2*time.Second {
		t.Errorf("a sample should take %v, want 2s", got)
	}
}

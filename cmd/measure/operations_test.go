package main

import (
	"context"
	"io"
	"maps"
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
	alone, old, loaded, capacity, control := of("alone"), of("both"), of("loaded"), of("capacity"), of("control")
	old.before, old.twin = true, 1
	loaded.capacity = 3
	control.control = true
	p := &plan{seed: 1, stop: rule{rounds: rounds}, cells: []cell{alone, of("both"), loaded, capacity, old, control}}

	perOp := 10 * time.Microsecond
	now, before := newNotebook(), newNotebook()
	s := newSession(p, paced(func(cell) time.Duration { return perOp }), now, io.Discard)
	s.before = before
	if err := s.calibrate(t.Context()); err != nil {
		t.Fatal(err)
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
	if len(now.fixed) != 5 || len(before.fixed) != 2 || now.fixed["both"][1] != before.fixed["both"][1] {
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

// A study that is gone on with has the N that was fixed last.
// Where the end of the plan is lost the samples say with how many operations they were run.
func TestGoOnWithoutPlan(t *testing.T) {
	p := planOf(t, 1)
	s := newSession(p, nil, newNotebook(), io.Discard)
	c := p.cells[0]
	order := slices.Index(p.order(1), 0)
	x := study.Sample{Round: 1, Order: order, Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, N: 7, Values: map[string]float64{"ns/op": 3}}
	if err := s.goOn(&study.Begun{Samples: []study.Sample{x}}); err != nil {
		t.Fatal(err)
	}
	if got := s.cells[0]; !got.fixed || got.n != 7 || got.nsPerOp != 3 {
		t.Errorf("N = %d at %v ns/op, want 7 at 3", got.n, got.nsPerOp)
	}
}

// Another quota or another setting of the garbage collector is another experiment.
func TestSameSurroundings(t *testing.T) {
	was := study.Machine{CPU: "x", GoEnv: map[string]string{"GOGC": "50"}}
	b := &study.Begun{Machine: was, Plan: study.Plan{CPUs: []int{0}}}
	if _, err := same(b, was, &program{}, []int{0}); err != nil {
		t.Error(err)
	}
	quota, gc := was, was
	quota.Quota, gc.GoEnv = "50000 100000", nil
	for _, now := range []study.Machine{quota, gc} {
		if _, err := same(b, now, &program{}, []int{0}); err == nil || !strings.Contains(err.Error(), "start a new study") {
			t.Errorf("%+v: %v", now, err)
		}
	}
}

func TestGoOnFixedAgain(t *testing.T) {
	p := planOf(t, 1)
	s := newSession(p, nil, newNotebook(), io.Discard)
	f := study.Fixed{Case: p.cells[0].Name, CPUs: p.cells[0].cpus, GOMAXPROCS: p.cells[0].procs, N: 7, NsPerOp: 1}
	again := f
	again.N = 70
	if err := s.goOn(&study.Begun{Fixed: []study.Fixed{f, again}}); err != nil {
		t.Fatal(err)
	}
	if s.cells[0].n != 70 {
		t.Errorf("N = %d, want 70", s.cells[0].n)
	}
}

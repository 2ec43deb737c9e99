package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// newStudy is an empty one.
func newStudy(t *testing.T) *study.Writer {
	t.Helper()
	w, err := study.Create(filepath.Join(t.TempDir(), "study"), study.Machine{}, nil)
	if err == nil {
		err = w.SetPlan(study.Plan{Version: study.PlanVersion})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

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

// The estimate of a whole quick study of package bench on two CPUs: a figure
// people are promised.
func TestQuickGridFits(t *testing.T) {
	o, err := parseOptions([]string{"-pkg", "crossover/bench,crossover/bench/peers"})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := assemble(t.Context(), o, &cache{t.TempDir()}, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(prog, o, defaultCPUs(2), defaultProcs(2))
	if err != nil {
		t.Fatal(err)
	}
	const limit = 5 * time.Minute // what the README promises of make study
	if d := estimate(p); d > limit {
		t.Errorf("%d cells are estimated to take %v, more than %v", len(p.cells), d, limit)
	}
}

// A cell whose samples are mostly far shorter than they should be is told of, unless
// it may not have more operations.
func TestTooShort(t *testing.T) {
	p := &plan{cells: []cell{
		{Case: catalog.Case{Name: "BenchmarkX/impl=held.up"}, target: 100 * time.Millisecond},
		{Case: catalog.Case{Name: "BenchmarkX/impl=once"}, target: 100 * time.Millisecond},
		{Case: catalog.Case{Name: "BenchmarkX/impl=dear", MaxN: 10}, target: 100 * time.Millisecond},
	}}
	s := newSession(p, nil, nil, io.Discard)
	for round := 1; round <= 4; round++ {
		took := func(i, n int, ns float64) {
			s.note(i, study.Sample{Round: round, N: n, Values: map[string]float64{"ns/op": ns}}, time.Millisecond)
		}
		took(0, 1000, 500)
		once := 100_000.0
		if round == 1 {
			once = 500
		}
		took(1, 1000, once)
		took(2, 10, 1000)
		s.rounds++
	}
	got := strings.Join(s.tooShort(), "\n")
	if !strings.HasPrefix(got, "1 of 3 cells") || !strings.Contains(got, "held.up") {
		t.Errorf("told: %q, want one cell, held.up", got)
	}
}

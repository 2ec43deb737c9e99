package main

import (
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

// The estimate of what make study does on two CPUs, if nothing were known of the numbers of
// operations: a figure people are promised.
func TestQuickGridFits(t *testing.T) {
	o, err := parseOptions([]string{"-pkg", "crossover/bench,crossover/bench/peers", "-rounds", "10", "-budget", "4m45s"})
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

package main

import (
	"io"
	"math"
	"path/filepath"
	"slices"
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
		{Case: catalog.Case{Name: "BenchmarkX/impl=failed"}, target: 100 * time.Millisecond},
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
		s.note(3, study.Sample{Round: round, Error: "it broke"}, time.Millisecond)
		s.rounds++
	}
	got := strings.Join(s.tooShort(), "\n")
	if !strings.HasPrefix(got, "1 of 4 cells") || !strings.Contains(got, "held.up") {
		t.Errorf("told: %q, want one cell, held.up", got)
	}
}

// What is kept of a sample is what alarms, widths and the exit status go by.
func TestNote(t *testing.T) {
	p := &plan{cells: []cell{{Case: catalog.Case{Name: "A"}, unit: "p99-ns"}, {Case: catalog.Case{Name: "B"}}, {control: true}}}
	s := newSession(p, nil, nil, io.Discard)
	s.note(0, study.Sample{Round: 2, Values: map[string]float64{"ns/op": 5, "p99-ns": 7}, Beside: study.Beside{Others: 2, Stolen: 1, Core: 3}}, 4*time.Second)
	if err := s.failure("x"); err != nil {
		t.Error(err)
	}
	s.note(1, study.Sample{Round: 2, Error: "it broke"}, time.Second)
	if want := []span{{4 * time.Second, 2 * time.Second, time.Second}, {took: time.Second}}; !slices.Equal(s.spans, want) {
		t.Errorf("spans %v, want %v", s.spans, want)
	}
	if v := s.values[0]; len(v) != 2 || !math.IsNaN(v[0]) || v[1] != 7 || len(s.values[1]) > 0 {
		t.Errorf("values %v", s.values)
	}
	if !slices.Equal(s.cores, []float64{3}) { // of the second none was taken
		t.Errorf("probes of the core %v", s.cores)
	}
	if err := s.failure("x"); err == nil || !strings.Contains(err.Error(), "failed samples: 1,") {
		t.Errorf("after one failure: %v", err)
	}
	s.note(0, study.Sample{Round: 3, Error: "it broke"}, time.Second)
	if err := s.failure("x"); err == nil || !strings.Contains(err.Error(), "failed samples: 2,") {
		t.Errorf("after two failures, of two cells: %v", err)
	}
}

// What can be done with a study that ended early depends on what is in it.
func TestKept(t *testing.T) {
	s := newSession(&plan{}, nil, nil, io.Discard)
	for _, test := range []struct {
		rounds, count int
		before        recorder
		want          string
	}{
		{0, 0, nil, "go on: "},
		{0, 1, nil, "0 rounds are whole and kept: "},
		{2, 9, nil, "2 rounds are whole and kept: "},
		{0, 9, newNotebook(), "measure both again"},
		{2, 9, newNotebook(), "2 rounds are whole and kept: go run ./cmd/report compare x-before x"},
	} {
		s.rounds, s.count, s.before = test.rounds, test.count, test.before
		got := s.kept("x")
		if !strings.Contains(got, test.want) || strings.Contains(got, "-resume") != (test.before == nil) {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

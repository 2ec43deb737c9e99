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

// A study says how it ended, and what about the run should make a reader careful.
func TestEnd(t *testing.T) {
	for _, err := range []error{nil, errInterrupted} {
		dir := filepath.Join(t.TempDir(), "study")
		m := study.Machine{Rounds: 10, Warnings: []string{"known."}}
		w, createErr := study.Create(dir, m, nil)
		if createErr != nil {
			t.Fatal(createErr)
		}
		p := &plan{cells: []cell{{Case: catalog.Case{Name: "short"}, target: time.Second}, {control: true}}}
		s := newSession(p, nil, w, io.Discard)
		s.rounds, s.cores = 7, []float64{20_000, 31_000, 24_000, 39_000, 28_000}
		s.cells[0].short = 7
		for round, ns := range []float64{100, 100, 100, 100, 100, 150, 150, 150} {
			s.values[1].record(round+1, ns)
		}
		j := &job{stderr: io.Discard, m: m, w: w, usable: []int{0}, cpus: []int{1}}
		if got := j.end(s, err); got != err {
			t.Errorf("ended with %v, want %v", got, err)
		}
		got := readMachine(t, dir)
		if want := map[bool]int{true: 7, false: 10}[err == nil]; got.Complete != (err == nil) || got.Rounds != want || got.End.IsZero() || got.Overhead == nil {
			t.Errorf("after %v: %+v", err, got)
		}
		said := strings.Join(got.Warnings, "\n")
		for _, want := range []string{"known.", "The control drifted", "The cores were shared", "1 of 2 cells were timed for less"} {
			if !strings.Contains(said, want) {
				t.Errorf("after %v: warnings %q, want one of %q", err, got.Warnings, want)
			}
		}
	}
}

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// A cell borrows what fits it, and not where its capacity has to be known first or where
// it was timed for less than is asked for here.
func TestBorrow(t *testing.T) {
	of := func(name string) cell {
		return cell{Case: catalog.Case{Name: name}, place: place{pair{2, 2}, ""}, capacity: -1, target: 20 * time.Millisecond}
	}
	p := &plan{cells: []cell{of("A"), of("capacity"), of("loaded"), of("short"), of("few"), of("many"), of("failed"), of("elsewhere"), of("again"), of("lapsed"), of("A")}}
	p.cells[2].capacity = 1
	p.cells[4].MinN = 1000
	p.cells[5].MaxN = 10
	p.cells[10].before = true
	fixed := func(name string, n int, took time.Duration) study.Fixed {
		return study.Fixed{Case: name, CPUs: 2, GOMAXPROCS: 2, N: n, NsPerOp: float64(took) / float64(n)}
	}
	const whole = 25 * time.Millisecond
	failed, elsewhere := fixed("failed", 0, 0), fixed("elsewhere", 100, whole)
	failed.Error, elsewhere.CPUs = "it broke", 4
	failed.NsPerOp = 0
	n := p.borrow([]study.Fixed{
		fixed("A", 100, whole), fixed("capacity", 100, whole), fixed("loaded", 100, whole), fixed("short", 100, whole/5),
		fixed("few", 100, whole), fixed("many", 30, whole/5), failed, elsewhere, fixed("nobody", 100, whole),
		fixed("again", 100, whole), fixed("again", 300, whole),
		fixed("lapsed", 100, whole), fixed("lapsed", 10, whole/5),
	})
	want := map[string]int{"A": 100, "loaded": 100, "few": 1000, "many": 10, "again": 300}
	for _, c := range p.cells[:10] {
		if c.like.N != want[c.Name] || c.like.Borrowed != (c.like.N > 0) {
			t.Errorf("%s borrows %d, borrowed %v, want %d", c.Name, c.like.N, c.like.Borrowed, want[c.Name])
		}
	}
	if n != len(want) {
		t.Errorf("%d cells borrow, want %d", n, len(want))
	}
	if seek := calibrationRounds * 5 * p.cells[0].expected(); p.calibration() != seek {
		t.Errorf("to find the rest should take %v, want %v", p.calibration(), seek)
	}
}

// What a sample took where its number of operations comes from, it should take here.
func TestBorrowedTime(t *testing.T) {
	c := cell{target: 20 * time.Millisecond, like: study.Fixed{N: 1, Wall: 10}}
	if got := c.expected(); got != 10*time.Second {
		t.Errorf("estimated at %v", got)
	}
	p := &plan{cells: []cell{c}, stop: rule{rounds: 6}}
	for roughly, n := range map[string]int{"6 samples, about 1m0s": 1, "6 samples, at least ": 0} {
		var out strings.Builder
		p.cells[0].MinN, p.cells[0].like.N, p.cells[0].by = 1, n, &entrant{}
		if err := p.print(&out); err != nil || !strings.Contains(out.String(), roughly) {
			t.Errorf("want %q (error %v):\n%s", roughly, err, out.String())
		}
	}
}

// The first sample of a cell shows whether a borrowed number fits. It is fitted for the
// twin too, before anything is on record, and nothing else is run to find it.
func TestFit(t *testing.T) {
	const rounds, borrowed = 3, 1000
	const there = 20 * time.Microsecond // what an operation took
	for _, test := range []struct {
		what string
		here func(call int) time.Duration
		maxN int
		n    int // in the end
		runs int // samples taken of both builds, those not kept included
	}{
		{"as there", func(int) time.Duration { return there }, 0, borrowed, 2 * rounds},
		{"a little dearer", func(int) time.Duration { return there * 14 / 10 }, 0, borrowed, 2 * rounds},
		{"four times as dear", func(int) time.Duration { return 4 * there }, 0, borrowed / 4, 2*rounds + 1},
		{"a quarter", func(int) time.Duration { return there / 4 }, 0, 4 * borrowed, 2*rounds + 1},
		{"a quarter, and no more allowed", func(int) time.Duration { return there / 4 }, borrowed, borrowed, 2 * rounds},
		{"held up once", func(call int) time.Duration {
			if call == 1 {
				return 10 * there
			}
			return there
		}, 0, borrowed, 2*rounds + 2},
		{"up and down", func(call int) time.Duration { return there << (4 * (call % 2)) }, 0, borrowed, 2*rounds + 2},
	} {
		t.Run(test.what, func(t *testing.T) {
			c := cell{
				Case: catalog.Case{Name: "A", MaxN: test.maxN}, capacity: -1, target: borrowed * there,
				like: study.Fixed{Case: "A", N: borrowed, NsPerOp: float64(there), Borrowed: true},
			}
			old, control := c, c
			old.before, old.twin = true, 0
			control.control, control.Name, control.like = true, "control", study.Fixed{}
			p := &plan{seed: 1, stop: rule{rounds: rounds}, cells: []cell{c, old, control}}
			now, before := newNotebook(), newNotebook()
			runs := 0
			s := newSession(p, paced(func(c cell) time.Duration {
				if c.control {
					return there
				}
				runs++
				return test.here(runs)
			}), now, io.Discard)
			s.before = before
			if err := s.calibrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if runs > 0 {
				t.Errorf("%d samples were taken to find a number that is borrowed", runs)
			}
			if err := s.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, b := range []*notebook{now, before} {
				got := b.sampled["A"]
				if len(got) != 1 || got[s.cells[0].n] != rounds {
					t.Errorf("samples by N %v, want %d of %d", got, rounds, s.cells[0].n)
				}
			}
			if n := s.cells[0].n; n < test.n*9/10 || n > test.n*11/10 {
				t.Errorf("N is %d, want some %d", n, test.n)
			}
			if runs != test.runs {
				t.Errorf("%d samples were taken, want %d", runs, test.runs)
			}
		})
	}
}

// A study by the numbers of another one has them, and can be gone on with without it.
func TestLike(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	must(t, 0, args(t, first, "-bench", healthy, "-rounds", "1")...)
	_, stderr := must(t, 0, args(t, second, "-bench", healthy, "-rounds", "1", "-like", first)...)
	if !strings.Contains(stderr, "cells begin with the number of operations they had in "+first) || strings.Contains(stderr, "\n0 of") {
		t.Errorf("standard error:\n%s", stderr)
	}
	fixed, err := study.ReadFixed(second)
	if err != nil {
		t.Fatal(err)
	}
	borrowed := 0
	for _, f := range fixed {
		if f.Borrowed {
			borrowed++
		}
	}
	if borrowed == 0 {
		t.Errorf("none of %d is borrowed", len(fixed))
	}
	for _, name := range []string{study.MachineFile, study.PlanFile} {
		if strings.Contains(readFile(t, filepath.Join(second, name)), filepath.Dir(first)) {
			t.Errorf("%s names a folder of this machine", name)
		}
	}

	if _, stderr = must(t, 1, args(t, second+"2", "-like", filepath.Join(first, "nothing"))...); strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "-like: ") {
		t.Errorf("of a study that is not there: %s", stderr)
	}
	for _, other := range []string{"-profile", "-resume"} {
		if _, stderr = must(t, 2, "-like", first, other, second); !strings.Contains(stderr, "-like goes") {
			t.Errorf("with %s: %s", other, stderr)
		}
	}
}

// Binaries are built without cgo unless the user wants it, and the study says so.
func TestBuildEnv(t *testing.T) {
	for set, want := range map[string]string{"": "0", "0": "0", "1": "1"} {
		t.Setenv("CGO_ENABLED", set)
		if got := goSettings(t.Context(), nil)["CGO_ENABLED"]; got != want {
			t.Errorf("CGO_ENABLED=%q: %q is recorded, want %q", set, got, want)
		}
	}
}

// A twin that was built otherwise is refused: its processes start at another cost.
func TestTwinBuiltOtherwise(t *testing.T) {
	other := "1"
	if cgo(&entrant{argv: []string{fakeBinary(t)}}) == other {
		other = "0"
	}
	bin := filepath.Join(t.TempDir(), "other.test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", bin, "./testdata/fake")
	cmd.Env = append(os.Environ(), "CGO_ENABLED="+other)
	if _, err := output(t.Context(), cmd); err != nil {
		t.Skip(err) // no compiler for C
	}
	_, stderr := must(t, 1, args(t, filepath.Join(t.TempDir(), "study"), "-against", bin)...)
	if !strings.Contains(stderr, "CGO_ENABLED="+other) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("standard error: %s", stderr)
	}
}

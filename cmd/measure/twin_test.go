package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

// TestTwin: two builds in the same rounds give two whole studies, of as many operations
// each, that the control belongs to both of.
func TestTwin(t *testing.T) {
	const rounds = 3
	dir := filepath.Join(t.TempDir(), "study")
	stdout, _ := must(t, 0, args(t, dir, "-bench", healthy, "-rounds", "3", "-against", fakeBinary(t))...)
	if want := "go run ./cmd/report compare " + dir + "-before " + dir + "\n"; !strings.HasSuffix(stdout, want) {
		t.Errorf("printed %q, want %q at the end", stdout, want)
	}
	type key struct {
		name        string
		cpus, procs int
		pin         string
	}
	n := map[key]int{}
	orders := map[turn]string{}
	var sizes []int
	for _, d := range []string{dir, dir + beforeSuffix} {
		s, err := study.Read(d)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Warnings) > 0 || len(s.Failed) > 0 || len(s.Control) != rounds {
			t.Errorf("%s: warnings %q, %d failed, %d controls", d, s.Warnings, len(s.Failed), len(s.Control))
		}
		sizes = append(sizes, len(s.Measured))
		for _, x := range s.Measured {
			k := key{x.Case, x.CPUs, x.GOMAXPROCS, x.Pin}
			if n[k] == 0 {
				n[k] = x.N
			}
			if n[k] != x.N {
				t.Errorf("%v: N is %d and %d", k, n[k], x.N)
			}
			at := turn{x.Round, x.Order}
			if orders[at] != "" {
				t.Errorf("%v is of %s and %s", at, orders[at], d)
			}
			orders[at] = d
		}
	}
	if sizes[0] != sizes[1] || sizes[0] != rounds*len(n) {
		t.Errorf("%v samples of %d cells in %d rounds", sizes, len(n), rounds)
	}
	a, b := readMachine(t, dir), readMachine(t, dir+beforeSuffix)
	if a.Together == "" || a.Together != b.Together || !a.Complete || !b.Complete || a.SpinPerUS != b.SpinPerUS {
		t.Errorf("machine.json: %+v\n%+v", a, b)
	}

	_, stderr := must(t, 2, "-resume", dir)
	if !strings.Contains(stderr, "against another binary") {
		t.Errorf("a twin's study went on: %s", stderr)
	}
	_, stderr = must(t, 1, args(t, dir+"2", "-against", filepath.Join(dir, "nothing"))...)
	if !strings.Contains(stderr, "-against") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("of a binary that is not there: %s", stderr)
	}
	if _, stderr = must(t, 2, args(t, dir+"2", "-against", "x", "-profile", "good")...); !strings.Contains(stderr, "-against") {
		t.Errorf("with -profile: %s", stderr)
	}
	if err := os.Symlink("nowhere/study", dir+"2"+beforeSuffix); err != nil {
		t.Skip(err)
	}
	_, stderr = must(t, 1, args(t, dir+"2", "-bench", healthy, "-against", fakeBinary(t))...)
	if err := study.Vacant(dir + "2"); err != nil || !strings.Contains(stderr, "2-before: file exists") {
		t.Errorf("of two studies one can begin: %v, said %s", err, stderr)
	}
}

// A case that only the new build has is in the new study alone.
func TestTwinLacksACase(t *testing.T) {
	p := &plan{cells: []cell{{by: &entrant{}, capacity: -1}, {capacity: -1}, {control: true, capacity: -1}}}
	p.cells[0].Name, p.cells[1].Name = "BenchmarkA", "BenchmarkB"
	p.cells[1].by, p.cells[2].by = p.cells[0].by, p.cells[0].by
	old := &entrant{name: "old"}
	(&twin{prog: &program{by: map[string]*entrant{"BenchmarkA": old}}}).join(p)
	if len(p.cells) != 4 || !p.cells[2].before || p.cells[2].by != old || p.cells[2].twin != 0 || !p.cells[3].control || p.cells[1].before {
		t.Errorf("%+v", p.cells)
	}
	for i, want := range [][]int{{0, 2}, {1}, {0, 2}, {3}} { // share N
		if got := p.alike(i); !slices.Equal(got, want) {
			t.Errorf("alike to %d are %v, want %v", i, got, want)
		}
	}
}

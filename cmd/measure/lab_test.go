package main

import (
	"io"
	"testing"
	"time"
)

// A self-test's samples are short unless -benchtime is given, whatever other flags say.
func TestLabBenchtime(t *testing.T) {
	o, err := parseOptions([]string{"-selftest", "-o", "x-benchtime=1s"})
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := newLab(t.Context(), o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer l.r.probe.close()
	if l.benchtime != time.Millisecond {
		t.Errorf("samples of %v", l.benchtime)
	}
}

// All of a kind are measured by as many operations: those of the first that is not slower.
func TestShare(t *testing.T) {
	cells := []cellState{{n: 1}, {n: 2}, {n: 3}, {n: 4}, {n: 5}}
	(&kindOf{same: []int{1, 2}, more: map[int]int{5: 3, 10: 0}}).share(cells)
	for i, want := range []int{2, 2, 2, 2, 5} {
		if cells[i].n != want {
			t.Errorf("cell %d: N = %d, want %d", i, cells[i].n, want)
		}
	}
}

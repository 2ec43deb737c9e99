package main

import (
	"testing"
	"time"

	"crossover/internal/study"
)

// All of the time went somewhere, and once.
func TestLedger(t *testing.T) {
	l := ledger{preparing: 10 * time.Second, calibrating: 5 * time.Second, starting: time.Second}
	of := func(wall, timed float64) *sample {
		return &sample{Sample: study.Sample{Wall: wall, N: 1, Values: map[string]float64{"ns/op": timed * 1e9}}}
	}
	l.sample(7*time.Second, of(4, 3))
	l.sample(2*time.Second, of(1, 6)) // of parties that are timed side by side
	want := study.Overhead{Wall: 24, Timed: 4, Untimed: 1, Beside: 4, Calibrating: 5, Starting: 1, Preparing: 10}
	if got := l.overhead(); *got != want || l.samples != 2 {
		t.Errorf("%+v of %d samples, want %+v", *got, l.samples, want)
	}
}

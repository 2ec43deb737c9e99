package main

import (
	"math"
	"testing"
	"time"

	"crossover/internal/study"
)

// Whatever GOMAXPROCS was, it is listed without counting up to it.
func TestStripProcs(t *testing.T) {
	m := &model{Study: &study.Study{}}
	for _, n := range []int{math.MaxInt, 2, 0, 2} {
		m.Measured = append(m.Measured, study.Measured{Sample: study.Sample{GOMAXPROCS: n}})
	}
	strip := make(chan []fact, 1)
	go func() { strip <- m.strip() }()
	select {
	case facts := <-strip:
		for _, f := range facts {
			if want := "0, 2, 9223372036854775807"; f.Name == "GOMAXPROCS" && f.Value != want {
				t.Errorf("GOMAXPROCS %s, want %s", f.Value, want)
			}
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it counts")
	}
}

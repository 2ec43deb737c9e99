package main

import (
	"strings"
	"testing"
	"time"
)

func TestSharedCores(t *testing.T) {
	for _, test := range []struct {
		name   string
		probes []float64
		want   string // in the warning
	}{
		{"never probed", nil, ""},
		{"alone", []float64{20_000, 20_300, 19_900, 20_000, 45_000}, ""},
		{"a neighbour that comes and goes", []float64{20_000, 31_000, 24_000, 39_000, 28_000}, "±14 %"},
	} {
		got := strings.Join(sharedCores(test.probes), "\n")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// The work is the same each time and is done: ten times as much takes a multiple of
// the time, going by the fastest of many.
func TestFillCore(t *testing.T) {
	first, again, more := fillCore(coreSteps), fillCore(coreSteps), fillCore(coreSteps+1)
	if first != again || first == more {
		t.Error("the work is not the same each time")
	}
	fastest := func(steps uint64) time.Duration {
		least := time.Hour
		for range 50 {
			start := time.Now()
			coreSink.Store(fillCore(steps))
			least = min(least, time.Since(start))
		}
		return least
	}
	if one, ten := fastest(coreSteps), fastest(10*coreSteps); ten < 3*one {
		t.Errorf("ten times the work took %v instead of %v: the compiler has folded it away", ten, one)
	}
}

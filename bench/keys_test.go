package bench

import (
	"runtime"
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	cpus := runtime.NumCPU()
	for _, tt := range []struct {
		value, as string
		procs     int
		want      int
	}{
		{"4", "goroutine", 1, 4},
		{"2x", "goroutine", 1, 2},
		{"500x", "thread", 1, 500},
		{"0.5x", "goroutine", 1, 1}, // there is no half a worker
		{"2x", "goroutine", 4 * cpus, 2 * cpus},
		{"2x", "process", 1, 2 * cpus}, // each has a GOMAXPROCS of its own
	} {
		t.Run(tt.value+" "+tt.as, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(tt.procs))
			c := &conditions{Keys: map[string]string{"n": tt.value, "as": tt.as}}
			if got := c.count("n"); got != tt.want {
				t.Errorf("with GOMAXPROCS %d, %d of CPUs: %d, want %d", tt.procs, cpus, got, tt.want)
			}
		})
	}
}

// TestFitsAnyMachine: what is bounded may use all CPUs, as what is not may, and more parties
// than CPUs are more on any machine.
func TestFitsAnyMachine(t *testing.T) {
	for _, c := range Default(Full).pattern("pool").cases(Full) {
		if workers := c.Keys["workers"]; !strings.HasSuffix(workers, "x") && c.Keys["wait"] == "0ns" {
			t.Errorf("%s has %s workers, however many CPUs there are", c.Name, workers)
		}
	}
	for _, s := range Default(Full).pattern("barrier").situations {
		parties := (&conditions{Keys: s.Point}).count("parties")
		if cpus := (&conditions{}).cpus(); strings.Contains(s.Name, "N > CPUs") && parties <= cpus {
			t.Errorf("%s: %d parties on %d CPUs", s.ID, parties, cpus)
		}
	}
}

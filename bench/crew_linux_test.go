package bench

import (
	"slices"
	"testing"

	"crossover/internal/affinity"
)

func TestPlacement(t *testing.T) {
	cpus, err := affinity.CPUs()
	if err != nil {
		t.Fatal(err)
	}
	if len(cpus) < 2 {
		t.Skip("one CPU: nothing can be split")
	}
	for pin, want := range map[string][2][]int{
		"":      {nil, nil},
		"one":   {cpus[:1], cpus[:1]},
		"split": {cpus[:1], cpus[1:2]},
	} {
		got, err := placement(pin)
		if err != nil || !slices.Equal(got[0], want[0]) || !slices.Equal(got[1], want[1]) {
			t.Errorf("pin=%s: got %v, %v, want %v", pin, got, err, want)
		}
	}
}

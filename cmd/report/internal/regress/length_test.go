package regress

import (
	"math/rand/v2"
	"strings"
	"testing"

	"crossover/cmd/report/internal/results"
)

// TestOtherLength: samples of another length and another number of operations are told of,
// and neither those that measured as many, nor those that took as long.
func TestOtherLength(t *testing.T) {
	w := world{cells: 12, rounds: 6, noise: 0.01}
	run := func(seed uint64, ops int, slowed map[int]float64) *results.Results {
		r := w.run(rand.New(rand.NewPCG(seed, 1)), slowed)
		for i := range r.Lines {
			r.Lines[i].Ops = ops
		}
		return r
	}
	all := map[int]float64{}
	for i := range w.cells {
		all[i] = 0.1
	}
	for _, tt := range []struct {
		what string
		new  *results.Results
		says bool
	}{
		{"as many operations", run(2, 1000, nil), false},
		{"nine times as many", run(2, 9000, nil), true},
		{"as many, ten times as fast", run(2, 1000, all), false},
		{"ten times as many, ten times as fast", run(2, 10_000, all), false},
	} {
		c := Compare(run(1, 1000, nil), tt.new, 0.05)
		if said := strings.Contains(strings.Join(c.notes, "\n"), "samples of 12 cells are of another length"); said != tt.says {
			t.Errorf("%s: notes %q", tt.what, c.notes)
		}
	}
}

package parallel_test

import (
	"slices"
	"testing"

	"crossover/internal/parallel"
)

// Each item is worked on once, however many there are.
func TestParts(t *testing.T) {
	for n := range 40 {
		done := make([]int, n)
		parallel.Parts(done, func(part []int) {
			for i := range part {
				part[i]++
			}
		})
		if i := slices.IndexFunc(done, func(times int) bool { return times != 1 }); i >= 0 {
			t.Errorf("of %d items number %d was done %d times", n, i, done[i])
		}
	}
}

package parallel_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
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

// What is made stands in the order of the items, whoever failed, and no more are made at
// once than may be.
func TestMap(t *testing.T) {
	for n := range 40 {
		items := make([]int, n)
		var running atomic.Int64
		made, err := parallel.Map(items, func(item *int) (*int, error) {
			if now := running.Add(1); now > int64(runtime.GOMAXPROCS(0)) {
				t.Errorf("%d at once", now)
			}
			defer running.Add(-1)
			if item == &items[n/2] {
				return item, fmt.Errorf("no")
			}
			return item, nil
		})
		if len(made) != n || (err == nil) != (n == 0) {
			t.Fatalf("made %d of %d, error %v", len(made), n, err)
		}
		for i := range items {
			if made[i] != &items[i] {
				t.Errorf("number %d of %d is another's", i, n)
			}
		}
	}
}

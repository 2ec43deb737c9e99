package queue_test

import (
	"math"
	"testing"

	"crossover/patterns"
	"crossover/patterns/queue"
)

// Items without a byte are items to a channel; what cannot carry them says so.
func TestTokens(t *testing.T) { carry[struct{}](t) }

// One byte more, and no channel would carry them: see queue.Variants.
func TestLargestItem(t *testing.T) { carry[[1<<16 - 1]byte](t) }

func carry[T any](t *testing.T) {
	carried := 0
	for _, v := range queue.Variants[T]() {
		q, err := v.New(64)
		if err != nil {
			t.Logf("%s: %v", v.Name, err)
			continue
		}
		carried++
		if err := q.Put(*new(T)); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if _, err := q.Get(); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if err := q.Release(); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	if carried == 0 {
		t.Error("nobody carries them")
	}
}

// A capacity that nobody can have is an error, not a panic.
func TestHugeCapacity(t *testing.T) {
	for _, v := range queue.Variants[int]() {
		for _, capacity := range []int{math.MaxInt, 1 << 62} {
			q, err := v.New(capacity)
			if err != nil {
				continue
			}
			if v.Properties.Overflow != patterns.Grow {
				t.Errorf("%s: New(%d) is no error", v.Name, capacity)
			}
			q.Release()
		}
	}
}

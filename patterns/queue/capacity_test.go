package queue_test

import (
	"testing"

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

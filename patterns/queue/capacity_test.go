package queue_test

import (
	"testing"
	"unsafe"

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

// What a variant says that it can hold, anybody may have.
func TestMaxCapacity(t *testing.T) {
	holds[[8]byte](t)
	holds[[1024]byte](t)
	holds[[4096]byte](t)
}

func holds[T any](t *testing.T) {
	for _, v := range queue.Variants[T]() {
		if v.MaxCapacity == 0 || v.MaxItem > 0 && int(unsafe.Sizeof(*new(T))) > v.MaxItem {
			continue
		}
		if v.MinCapacity > v.MaxCapacity {
			t.Errorf("%s: at least %d, at most %d items", v.Name, v.MinCapacity, v.MaxCapacity)
		}
		q, err := v.New(v.MaxCapacity)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		if err := q.Release(); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

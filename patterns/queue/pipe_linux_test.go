package queue_test

import (
	"slices"
	"testing"

	"crossover/patterns/queue"
)

// A pipe of 4 GiB is refused: asked for one, the kernel makes the smallest there is.
func TestPipeTooLarge(t *testing.T) {
	type item = [4096]byte
	variants := queue.Variants[item]()
	v := variants[slices.IndexFunc(variants, func(v queue.Variant[item]) bool { return v.Name == "pipe.frame" })]
	if q, err := v.New(1 << 20); err == nil {
		t.Error("made one")
		q.Release()
	}
}

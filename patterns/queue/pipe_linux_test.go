package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	"unsafe"

	"crossover/patterns/queue"
)

// A pipe of 4 GiB is refused: asked for one, the kernel makes the smallest there is.
func TestPipeTooLarge(t *testing.T) {
	if q, err := pipe[[4096]byte]("pipe.frame").New(1 << 20); err == nil {
		t.Error("made one")
		q.Release()
	}
}

// TestPipesHold: there is room for as many items as the capacity says, of whatever size: a
// pipe is made of pages, and a page may have an end that no item fits into.
func TestPipesHold(t *testing.T) {
	pipeHolds[[12]byte](t)
	pipeHolds[[60]byte](t)
	pipeHolds[[1024]byte](t)
	pipeHolds[[1400]byte](t)
	pipeHolds[[4096]byte](t)
	pipeHolds[[6000]byte](t)
	pipeHolds[[7000]byte](t)
	pipeHolds[[65000]byte](t)
}

func pipeHolds[T any](t *testing.T) {
	for _, name := range []string{"pipe.lock", "pipe.frame"} {
		v, size := pipe[T](name), int(unsafe.Sizeof(*new(T)))
		if v.MaxItem > 0 && size > v.MaxItem {
			continue
		}
		for _, capacity := range []int{v.MinCapacity, 2*v.MinCapacity + 1, 8*v.MinCapacity + 1, v.MaxCapacity - 1, v.MaxCapacity} {
			if capacity < v.MinCapacity || capacity > v.MaxCapacity {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d/%d", name, size, capacity), func(t *testing.T) {
				q, err := v.New(capacity)
				if err != nil {
					t.Fatal(err)
				}
				defer q.Release()
				watchdog := time.AfterFunc(time.Minute, q.Break)
				defer watchdog.Stop()
				for i := range capacity {
					if err := q.Put(*new(T)); err != nil {
						t.Fatalf("item %d: %v", i+1, err)
					}
				}
			})
		}
	}
}

func pipe[T any](name string) queue.Variant[T] {
	variants := queue.Variants[T]()
	return variants[slices.IndexFunc(variants, func(v queue.Variant[T]) bool { return v.Name == name })]
}

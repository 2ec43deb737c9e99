package queue_test

import (
	"runtime"
	"testing"
	"time"

	"crossover/patterns/queue"
)

// What was taken is the caller's alone: a queue that still points to it would keep it alive.
func TestForgets(t *testing.T) {
	type large = [1 << 10]byte
	for _, v := range queue.Variants[*large]() {
		if v.Crosses { // pointers mean nothing elsewhere
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			q, err := v.New(max(v.MinCapacity, 8))
			if err != nil {
				t.Fatal(err)
			}
			const items = 4
			collected := make(chan struct{}, items)
			for range items {
				item := new(large)
				runtime.AddCleanup(item, func(gone chan<- struct{}) { gone <- struct{}{} }, collected)
				if err := q.Put(item); err != nil {
					t.Fatal(err)
				}
			}
			for range items {
				if _, err := q.Get(); err != nil {
					t.Fatal(err)
				}
			}
			watchdog := time.After(10 * time.Second)
			for n := 0; n < items; {
				runtime.GC()
				select {
				case <-collected:
					n++
				case <-time.After(time.Millisecond): // cleanups come after the collection
				case <-watchdog:
					t.Fatalf("%d of %d items that were taken are still there", items-n, items)
				}
			}
			if err := q.Release(); err != nil {
				t.Error(err)
			}
		})
	}
}

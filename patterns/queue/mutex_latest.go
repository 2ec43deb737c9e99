package queue

import (
	"sync"

	"crossover/patterns"
)

// mutexLatestVariant is a ring that keeps the newest items: when it is full the
// oldest makes room for the one that arrives.
//
// Guarantees that a slow consumer cannot stop a producer and never works on what
// is long past: it is for positions, prices, metrics. What does arrive is in
// order. Costs one mutex an operation, and items nobody sees: Dropped counts them.
//
// It breaks where every item matters, and where a consumer must know that it
// missed some: it is not told, unless items carry a number.
//
// Source: the overwriting buffer of Effective Go's leaky one, turned around; Linux
// kernel, Documentation/trace/ring-buffer-design.rst, overwrite mode.
func mutexLatestVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "mutex.latest",
			Summary: "ring under a mutex that overwrites the oldest item",
			File:    "mutex_latest.go",
			Source:  "Linux kernel, ring-buffer-design.rst, overwrite mode",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.DropOldest,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				MinCapacity: 1,
			},
		},
		New: newMutexLatest[T],
	}
}

type mutexLatest[T any] struct {
	mu             sync.Mutex
	items          sync.Cond
	ring           []T
	head, count    int // next to take; how many wait
	dropped        int
	closed, broken bool
}

func newMutexLatest[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 1); err != nil {
		return nil, err
	}
	q := &mutexLatest[T]{ring: make([]T, capacity)}
	q.items.L = &q.mu
	return q, nil
}

func (q *mutexLatest[T]) Put(item T) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken {
		return ErrBroken
	}
	if q.count == len(q.ring) {
		q.take()
		q.dropped++
	}
	q.ring[(q.head+q.count)%len(q.ring)] = item
	q.count++
	q.items.Signal()
	return nil
}

func (q *mutexLatest[T]) Get() (item T, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.count == 0 && !q.closed && !q.broken {
		q.items.Wait()
	}
	if q.broken {
		return item, ErrBroken
	}
	if q.count == 0 {
		return item, ErrClosed
	}
	return q.take(), nil
}

// take removes the oldest item.
func (q *mutexLatest[T]) take() T {
	slot := &q.ring[q.head]
	item := *slot
	*slot = *new(T) // or the ring would keep alive what it points to
	q.head = (q.head + 1) % len(q.ring)
	q.count--
	return item
}

// Dropped is how many items made room for later ones.
func (q *mutexLatest[T]) Dropped() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}

func (q *mutexLatest[T]) Close() { q.end(&q.closed) }

func (q *mutexLatest[T]) Break() { q.end(&q.broken) }

func (q *mutexLatest[T]) end(flag *bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	*flag = true
	q.items.Broadcast()
}

func (q *mutexLatest[T]) Release() error { return nil }

package queue

import (
	"sync"

	"crossover/patterns"
)

// mutexRingVariant is the textbook bounded buffer: a fixed ring under a mutex,
// with one condition to wait for room and one to wait for items.
//
// Guarantees one total order, backpressure, and that Break wakes everybody,
// since broken is only one more thing a waiter looks at. Costs two short
// critical sections an item and no allocation after New.
//
// It breaks under many parties on many CPUs: all of them want the one mutex,
// and each wake-up lets one more goroutine compete for it. A goroutine that
// panics while it holds the mutex would stop the rest; nothing here calls out
// while holding it.
//
// Source: C. A. R. Hoare, Monitors: An Operating System Structuring Concept,
// CACM 17(10), 1974.
func mutexRingVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "mutex.ring",
			Summary: "fixed ring under a mutex and two conditions",
			File:    "mutex_ring.go",
			Source:  "Hoare, Monitors, CACM 17(10), 1974",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.Block,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				MinCapacity: 1,
			},
		},
		New: newMutexRing[T],
	}
}

type mutexRing[T any] struct {
	mu             sync.Mutex
	room, items    sync.Cond
	ring           []T
	head, count    int // next to take; how many wait
	closed, broken bool
}

func newMutexRing[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 1); err != nil {
		return nil, err
	}
	q := &mutexRing[T]{ring: make([]T, capacity)}
	q.room.L, q.items.L = &q.mu, &q.mu
	return q, nil
}

func (q *mutexRing[T]) Put(item T) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.count == len(q.ring) && !q.broken {
		q.room.Wait()
	}
	if q.broken {
		return ErrBroken
	}
	tail := q.head + q.count
	if tail >= len(q.ring) {
		tail -= len(q.ring)
	}
	q.ring[tail] = item
	q.count++
	q.items.Signal()
	return nil
}

func (q *mutexRing[T]) Get() (item T, err error) {
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
	slot := &q.ring[q.head]
	item = *slot
	*slot = *new(T) // or the ring would keep alive what it points to
	if q.head++; q.head == len(q.ring) {
		q.head = 0
	}
	q.count--
	q.room.Signal()
	return item, nil
}

func (q *mutexRing[T]) Close() { q.end(&q.closed) }

func (q *mutexRing[T]) Break() { q.end(&q.broken) }

func (q *mutexRing[T]) end(flag *bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	*flag = true
	q.room.Broadcast()
	q.items.Broadcast()
}

func (q *mutexRing[T]) Release() error { return nil }

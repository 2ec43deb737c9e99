package queue

import (
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// spscRingVariant is a ring for one producer and one consumer. Each owns one
// index and keeps a copy of the other's, which it refreshes only when the copy
// says full or empty.
//
// Guarantees order and backpressure with one store an operation and, while the
// two are apart in the ring, no cache line travelling for the indices.
//
// It breaks silently with a second producer or consumer: nothing detects them.
// Waiting is spinning (see spin.go), so it needs a CPU for each side, and burns it.
//
// Source: Erik Rigtorp, Optimizing a ring buffer for throughput, 2021; after
// Lamport, Specifying concurrent program modules, TOPLAS 5(2), 1983.
func spscRingVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "spsc.ring",
			Summary: "ring for one producer and one consumer, each caching the other's index",
			File:    "spsc_ring.go",
			Source:  "https://rigtorp.se/ringbuffer",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.Block,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				Spins:       true,
				Producers:   1,
				Consumers:   1,
				MinCapacity: 1,
			},
		},
		New: newSPSCRing[T],
	}
}

type spscRing[T any] struct {
	slots          []T  // one more than the capacity: head == tail is empty, never full
	tidy           bool // T holds pointers: a slot left full would keep them alive
	closed, broken atomic.Bool

	// The producer's line.
	_        [cacheLine]byte
	tail     atomic.Uint64 // slot to put into next
	headSeen uint64

	// The consumer's line.
	_        [cacheLine]byte
	head     atomic.Uint64 // slot to get from next
	tailSeen uint64
	_        [cacheLine]byte
}

func newSPSCRing[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 1); err != nil {
		return nil, err
	}
	return &spscRing[T]{slots: make([]T, capacity+1), tidy: !role.Plain[T]()}, nil
}

func (q *spscRing[T]) Put(item T) error {
	tail := q.tail.Load()
	next := q.after(tail)
	for s := spin(0); next == q.headSeen && !q.broken.Load(); {
		if q.headSeen = q.head.Load(); next == q.headSeen {
			s.wait()
		}
	}
	if q.broken.Load() {
		return ErrBroken
	}
	q.slots[tail] = item
	q.tail.Store(next)
	return nil
}

func (q *spscRing[T]) Get() (item T, err error) {
	head := q.head.Load()
	for s := spin(0); head == q.tailSeen && !q.broken.Load(); {
		closed := q.closed.Load() // before looking: what is empty after Close stays empty
		if q.tailSeen = q.tail.Load(); head == q.tailSeen {
			if closed && !q.broken.Load() { // broken first and then closed is broken
				return item, ErrClosed
			}
			s.wait()
		}
	}
	if q.broken.Load() {
		return item, ErrBroken
	}
	item = q.slots[head]
	if q.tidy {
		q.slots[head] = *new(T)
	}
	q.head.Store(q.after(head))
	return item, nil
}

func (q *spscRing[T]) after(slot uint64) uint64 {
	if slot++; slot == uint64(len(q.slots)) {
		return 0
	}
	return slot
}

func (q *spscRing[T]) Close() { q.closed.Store(true) }

func (q *spscRing[T]) Break() { q.broken.Store(true) }

func (q *spscRing[T]) Release() error { return nil }

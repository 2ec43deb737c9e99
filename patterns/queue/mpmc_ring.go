package queue

import (
	"math/bits"
	"sync/atomic"

	"crossover/patterns"
)

// mpmcRingVariant is Vyukov's bounded queue: a ring whose every slot carries a
// sequence number that says whose turn it is. A producer claims a position by
// compare-and-swap, fills the slot and publishes it by its number; so does a
// consumer. Positions only ever rise, so there is no ABA.
//
// Guarantees one total order and backpressure without a lock: one
// compare-and-swap and one store an operation, parties at the two ends sharing
// no counter. The capacity is rounded up to a power of two, at least 2.
//
// It breaks when a party stops between claim and publish: those behind it wait.
// Waiting is spinning (see spin.go), so it needs as many CPUs as there are parties
// waiting, and burns them.
//
// Source: Dmitry Vyukov, Bounded MPMC queue, 1024cores.net, 2011.
func mpmcRingVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "mpmc.ring",
			Summary: "lock-free ring with a sequence number per slot",
			File:    "mpmc_ring.go",
			Source:  "Vyukov, Bounded MPMC queue, 1024cores.net",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.Block,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				Spins:       true,
				MinCapacity: 2,
			},
		},
		New: newMPMCRing[T],
	}
}

type mpmcRing[T any] struct {
	slots          []mpmcSlot[T]
	mask           uint64
	closed, broken atomic.Bool

	_    [cacheLine]byte
	tail atomic.Uint64 // next position to put at
	_    [cacheLine]byte
	head atomic.Uint64 // next position to get from
	_    [cacheLine]byte
}

// mpmcSlot is not padded: neighbours that share a cache line are filled and
// emptied one after the other anyway, and a smaller ring misses less.
type mpmcSlot[T any] struct {
	turn atomic.Uint64 // p: free for Put at p; p+1: holds the item of p
	item T
}

func newMPMCRing[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 2); err != nil {
		return nil, err
	}
	size := uint64(1) << bits.Len(uint(capacity-1))
	q := &mpmcRing[T]{slots: make([]mpmcSlot[T], size), mask: size - 1}
	for i := range q.slots {
		q.slots[i].turn.Store(uint64(i))
	}
	return q, nil
}

func (q *mpmcRing[T]) Put(item T) error {
	var s spin
	for !q.broken.Load() {
		pos := q.tail.Load()
		slot := &q.slots[pos&q.mask]
		if slot.turn.Load() == pos && q.tail.CompareAndSwap(pos, pos+1) {
			slot.item = item
			slot.turn.Store(pos + 1)
			return nil
		}
		s.wait() // after a lost race too: at once would only lose the next one
	}
	return ErrBroken
}

func (q *mpmcRing[T]) Get() (item T, err error) {
	var s spin
	for !q.broken.Load() {
		closed := q.closed.Load() // before looking: what is empty after Close stays empty
		pos := q.head.Load()
		slot := &q.slots[pos&q.mask]
		turn := slot.turn.Load()
		if turn == pos+1 && q.head.CompareAndSwap(pos, pos+1) {
			item = slot.item
			slot.item = *new(T) // or the ring would keep alive what it points to
			slot.turn.Store(pos + q.mask + 1)
			return item, nil
		}
		if closed && turn <= pos && !q.broken.Load() { // broken first and then closed is broken
			return item, ErrClosed
		}
		s.wait()
	}
	return item, ErrBroken
}

func (q *mpmcRing[T]) Close() { q.closed.Store(true) }

func (q *mpmcRing[T]) Break() { q.broken.Store(true) }

func (q *mpmcRing[T]) Release() error { return nil }

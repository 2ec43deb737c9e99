package queue

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"os"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmRing is Vyukov's bounded MPMC ring in memory shared between processes. A
// caller that finds it full or empty spins for a moment and then parks on a
// futex.
//
// Guarantees: total order, a bound, Break reaches parties in other processes.
// Costs: no system call while both sides keep up; one to park and one to wake
// otherwise. The item is copied once each way.
// Breaks when: a party is killed between claiming a slot and publishing it. The
// others then wait at that slot, until Break: nothing half-written is ever read.
//
// Source: Dmitry Vyukov, "Bounded MPMC queue", 1024cores.net; the parking is an
// event count (package shm).
type shmRing[T any] struct {
	region *shm.Region
	head   *shmRingHead
	slots  unsafe.Pointer
	stride uintptr
	mask   uint64
}

// shmRingHead is the start of the region. Each word that one side writes while
// the other spins has a pair of cache lines of its own: CPUs fetch two.
type shmRingHead struct {
	put      atomic.Uint64 // next position to fill
	_        [120]byte
	get      atomic.Uint64 // next position to empty
	_        [120]byte
	notEmpty shm.Event
	_        [120]byte
	notFull  shm.Event
	_        [120]byte
	closed   atomic.Bool
	broken   atomic.Bool
	_        [120]byte
}

// shmSlot is followed by the item. turn is the slot's position when it may be
// filled and that plus one when it may be emptied.
type shmSlot[T any] struct {
	turn atomic.Uint64
	item T
}

// shmRingSpec is what an opener has to know beyond the region.
type shmRingSpec struct {
	Capacity int
	ItemSize int
}

func shmRingVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "shm.ring",
			Summary: "lock-free ring in shared memory, spins then parks on a futex",
			File:    "shm_ring_linux.go",
			Source:  "Vyukov, Bounded MPMC queue (1024cores.net); futex(2)",
			Tier:    patterns.Unsafe,
			Properties: patterns.Properties{
				Order: patterns.FIFO, Overflow: patterns.Block, Survives: patterns.SurvivesCrash,
				Cancels: true, Crosses: true, MinCapacity: 2,
			},
		},
		New:  newShmRing[T],
		Open: openShmRing[T],
	}
}

func newShmRing[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 2); err != nil {
		return nil, err
	}
	if err := role.CheckPlain[T](); err != nil {
		return nil, err
	}
	capacity = 1 << bits.Len(uint(capacity-1))
	region, err := shm.New(int(unsafe.Sizeof(shmRingHead{})) + capacity*int(shmStride[T]()))
	if err != nil {
		return nil, err
	}
	q := attachShmRing[T](region, capacity)
	for i := range uint64(capacity) {
		q.slot(i).turn.Store(i)
	}
	return q, nil
}

func openShmRing[T any](w role.Wire) (Queue[T], error) {
	var spec shmRingSpec
	if err := json.Unmarshal(w.Spec, &spec); err != nil {
		return nil, fmt.Errorf("opening shm.ring: %w", err)
	}
	if size := int(unsafe.Sizeof(*new(T))); size != spec.ItemSize {
		return nil, fmt.Errorf("opening shm.ring: items of %d bytes, want %d", spec.ItemSize, size)
	}
	region, err := shm.Open(w.Files[0])
	if err != nil {
		return nil, fmt.Errorf("opening shm.ring: %w", err)
	}
	return attachShmRing[T](region, spec.Capacity), nil
}

// shmStride keeps neighbouring slots on cache lines of their own.
func shmStride[T any]() uintptr { return (unsafe.Sizeof(shmSlot[T]{}) + 63) &^ 63 }

func attachShmRing[T any](region *shm.Region, capacity int) *shmRing[T] {
	return &shmRing[T]{
		region: region,
		head:   (*shmRingHead)(region.At(0)),
		slots:  region.At(int(unsafe.Sizeof(shmRingHead{}))),
		stride: shmStride[T](),
		mask:   uint64(capacity - 1),
	}
}

// Export hands over the mapping; either side gets the same.
func (q *shmRing[T]) Export(Side) (role.Wire, error) {
	spec, err := json.Marshal(shmRingSpec{int(q.mask + 1), int(unsafe.Sizeof(*new(T)))})
	return role.Wire{Impl: "shm.ring", Spec: spec, Files: []*os.File{q.region.File()}}, err
}

func (q *shmRing[T]) slot(position uint64) *shmSlot[T] {
	return (*shmSlot[T])(unsafe.Add(q.slots, uintptr(position&q.mask)*q.stride))
}

func (q *shmRing[T]) Put(item T) error {
	for wait := shm.Spell(0); ; {
		position := q.head.put.Load()
		slot := q.slot(position)
		switch turn := slot.turn.Load(); {
		case turn == position:
			if q.head.broken.Load() {
				return ErrBroken
			}
			if q.head.put.CompareAndSwap(position, position+1) {
				slot.item = item
				slot.turn.Store(position + 1)
				q.head.notEmpty.Signal()
				return nil
			}
		case turn < position: // full, or the slot's emptier is not done
			if q.head.broken.Load() {
				return ErrBroken
			}
			wait.For(&q.head.notFull, func() bool {
				return q.slot(position).turn.Load() >= position || q.head.broken.Load()
			})
		}
	}
}

func (q *shmRing[T]) Get() (item T, err error) {
	for wait := shm.Spell(0); ; {
		position := q.head.get.Load()
		slot := q.slot(position)
		switch turn := slot.turn.Load(); {
		case turn == position+1:
			if q.head.broken.Load() {
				return item, ErrBroken
			}
			if q.head.get.CompareAndSwap(position, position+1) {
				item = slot.item
				slot.turn.Store(position + q.mask + 1)
				q.head.notFull.Signal()
				return item, nil
			}
		case turn <= position: // empty, or the slot's filler is not done
			switch {
			case q.head.broken.Load():
				return item, ErrBroken
			// Nothing is put after Close, so a look at put taken after it is final. What was
			// broken first and then closed is broken.
			case q.head.closed.Load() && q.head.put.Load() == position && !q.head.broken.Load():
				return item, ErrClosed
			}
			wait.For(&q.head.notEmpty, func() bool {
				return q.slot(position).turn.Load() > position || q.head.closed.Load() || q.head.broken.Load()
			})
		}
	}
}

func (q *shmRing[T]) Close() {
	q.head.closed.Store(true)
	q.head.notEmpty.Broadcast()
}

func (q *shmRing[T]) Break() {
	q.head.broken.Store(true)
	q.head.notEmpty.Broadcast()
	q.head.notFull.Broadcast()
}

func (q *shmRing[T]) Release() error { return q.region.Release() }

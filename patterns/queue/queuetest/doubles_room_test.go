package queuetest_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"crossover/patterns"
	"crossover/patterns/queue"
)

// What goes wrong at some capacities, or after many items, only.

// masked finds an item's place by capacity-1 as a mask, which is right for powers of two.
func masked() variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func(capacity int) (aQueue, error) {
		q, err := make(capacity)
		if err == nil && capacity&(capacity-1) != 0 {
			q = &swaps{aQueue: q}
		}
		return q, err
	}
	return v
}

// cramped keeps one place empty, as a ring does that tells full from empty by it.
func cramped() variant {
	v := genuine("mutex.ring")
	make := v.New
	v.New = func(capacity int) (aQueue, error) { return make(max(v.MinCapacity, capacity-1)) }
	return v
}

func overshooting() variant {
	v := genuine("mutex.slice")
	v.Overflow, v.Order, v.MinCapacity = patterns.Block, patterns.PerProducer, 1
	make := v.New
	v.New = func(capacity int) (aQueue, error) {
		if capacity < v.MinCapacity {
			return nil, errors.New("no capacity")
		}
		q, err := make(capacity)
		return &overshoots{aQueue: q, capacity: int64(capacity)}, err
	}
	return v
}

// overshoots looks whether there is room and only then takes it.
type overshoots struct {
	aQueue
	capacity int64
	items    atomic.Int64
	broken   atomic.Bool
}

func (q *overshoots) Put(i item) error {
	for q.items.Load() >= q.capacity {
		if q.broken.Load() {
			return queue.ErrBroken
		}
		time.Sleep(50 * time.Microsecond)
	}
	runtime.Gosched()
	q.items.Add(1)
	return q.aQueue.Put(i)
}

func (q *overshoots) Get() (item, error) {
	i, err := q.aQueue.Get()
	q.items.Add(-1)
	return i, err
}

func (q *overshoots) Break() {
	q.broken.Store(true)
	q.aQueue.Break()
}

// overflows counts in 16 bits.
type overflows struct {
	aQueue
	n atomic.Uint32
}

func (q *overflows) Put(i item) error {
	if uint16(q.n.Add(1)) == 0 {
		return nil
	}
	return q.aQueue.Put(i)
}

// deep puts the first item once more instead of those that come when many wait.
type deep struct {
	aQueue
	first   item
	waiting atomic.Int64
}

func (q *deep) Put(i item) error {
	switch n := q.waiting.Add(1); {
	case n == 1:
		q.first = i
	case n > 1000:
		i = q.first
	}
	return q.aQueue.Put(i)
}

func (q *deep) Get() (item, error) {
	q.waiting.Add(-1)
	return q.aQueue.Get()
}

// trusting has memory of any size made.
func trusting() variant {
	v := genuine("mutex.ring")
	make_ := v.New
	v.New = func(capacity int) (aQueue, error) {
		if capacity > 1<<30 {
			_ = make([]item, capacity)
		}
		return make_(capacity)
	}
	return v
}

// particular looks at a capacity that it does not need.
func particular() variant {
	v := genuine("mutex.slice")
	make := v.New
	v.New = func(capacity int) (aQueue, error) {
		if capacity < 0 {
			return nil, errors.New("no capacity")
		}
		return make(capacity)
	}
	return v
}

// bytewise counts in eight bits.
func bytewise() variant {
	v := genuine("mutex.latest")
	make := v.New
	v.New = func(capacity int) (aQueue, error) { return make(min(capacity, 255)) }
	return v
}

// forgetful begins to count anew when it has been asked.
type forgetful struct {
	aQueue
	told atomic.Int64
}

func (q *forgetful) Dropped() int {
	n := int64(q.aQueue.(queue.Dropper).Dropped())
	return int(n - q.told.Swap(n))
}

// spent has memory for many left, and uses it wrongly.
type spent struct {
	swaps
	put int
}

func (q *spent) Put(i item) error {
	q.put++
	return q.swaps.Put(i)
}

func (q *spent) Get() (item, error) {
	if q.put > 10_000 {
		return q.swaps.Get()
	}
	return q.aQueue.Get()
}

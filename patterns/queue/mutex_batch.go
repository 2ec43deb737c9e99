package queue

import (
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// mutexBatchVariant moves items in batches: producers fill one buffer, and a
// consumer that has none left takes over everything put so far at once. It is
// mutex.slice with a bound.
//
// Guarantees one total order and backpressure. Costs the producers' mutex once
// a batch instead of once an item, an atomic count of what waits, and twice the
// memory of a ring.
//
// It breaks into single items, and so gains nothing, where the consumer is
// faster than the producer: a batch is whatever has gathered. To hold items back
// until a batch is full was tempting: then an item may wait for ever for the
// next one, or needs a timer.
//
// Source: Hood and Melville, Real-time queue operations in pure LISP, 1981; the
// counting of java.util.concurrent.LinkedBlockingQueue.
func mutexBatchVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "mutex.batch",
			Summary: "two bounded buffers, the consumer takes over a whole one",
			File:    "mutex_batch.go",
			Source:  "Hood and Melville 1981; java.util.concurrent.LinkedBlockingQueue",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.Block,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				MinCapacity: 1,
			},
		},
		New: newMutexBatch[T],
	}
}

type mutexBatch[T any] struct {
	capacity int64
	broken   atomic.Bool

	_       [cacheLine]byte
	waiting atomic.Int64 // items put and not got, in either buffer

	_       [cacheLine]byte
	getting sync.Mutex // over out; taken before mu
	out     []T
	next    int // in out

	_           [cacheLine]byte
	mu          sync.Mutex // over what follows
	room, items sync.Cond
	blocked     atomic.Int32 // producers that wait, or are about to
	in          []T
	closed      bool
}

func newMutexBatch[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 1); err != nil {
		return nil, err
	}
	q := &mutexBatch[T]{capacity: int64(capacity), in: make([]T, 0, capacity), out: make([]T, 0, capacity)}
	q.room.L, q.items.L = &q.mu, &q.mu
	return q, nil
}

func (q *mutexBatch[T]) Put(item T) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting.Load() == q.capacity {
		q.awaitRoom()
	}
	if q.broken.Load() {
		return ErrBroken
	}
	q.in = append(q.in, item)
	q.waiting.Add(1)
	q.items.Signal()
	return nil
}

// awaitRoom counts the producer as blocked before it looks for the last time:
// either it sees the room a consumer makes, or the consumer sees it.
func (q *mutexBatch[T]) awaitRoom() {
	q.blocked.Add(1)
	for q.waiting.Load() == q.capacity && !q.broken.Load() {
		q.room.Wait()
	}
	q.blocked.Add(-1)
}

func (q *mutexBatch[T]) Get() (item T, err error) {
	q.getting.Lock()
	defer q.getting.Unlock()
	if q.next == len(q.out) && !q.refill() {
		return item, ErrClosed
	}
	if q.broken.Load() {
		return item, ErrBroken
	}
	slot := &q.out[q.next]
	item = *slot
	*slot = *new(T) // or the buffer would keep alive what it points to
	q.next++
	q.waiting.Add(-1)
	if q.blocked.Load() > 0 {
		q.mu.Lock()
		q.room.Signal()
		q.mu.Unlock()
	}
	return item, nil
}

// refill returns when out has an item or the queue is broken, and false if it is
// closed and drained.
func (q *mutexBatch[T]) refill() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.in) == 0 && !q.closed && !q.broken.Load() {
		q.items.Wait()
	}
	if len(q.in) == 0 {
		return q.broken.Load()
	}
	q.in, q.out, q.next = q.out[:0], q.in, 0
	return true
}

func (q *mutexBatch[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.items.Broadcast()
}

func (q *mutexBatch[T]) Break() {
	q.mu.Lock() // or somebody about to park would miss the call
	defer q.mu.Unlock()
	q.broken.Store(true)
	q.room.Broadcast()
	q.items.Broadcast()
}

func (q *mutexBatch[T]) Release() error { return nil }

package queue

import (
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// mutexSliceVariant is the unbounded queue: two slices, a mutex each. Producers
// append to one, consumers walk along the other, and a consumer that reaches
// its end swaps them, which is the only time the two sides meet.
//
// Guarantees one total order and that Put never waits for a consumer. Costs an
// amortised append: a slice that has been walked is used again, so a steady
// load allocates nothing.
//
// It breaks when consumers are slower than producers for long: memory grows
// until there is none, and nobody upstream is told. One slice, appended to and
// shortened from its front (q = q[1:]), was tempting, but that copies all that
// waits each time the array's end is reached, and has both sides on one mutex.
//
// Source: the two lists of Hood and Melville, Real-time queue operations in
// pure LISP, 1981; the two locks of Michael and Scott, Simple, fast, and
// practical non-blocking and blocking concurrent queue algorithms, PODC 1996.
func mutexSliceVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "mutex.slice",
			Summary: "two slices that grow, a mutex each",
			File:    "mutex_slice.go",
			Source:  "Hood and Melville 1981; Michael and Scott, PODC 1996",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:    patterns.FIFO,
				Overflow: patterns.Grow,
				Survives: patterns.SurvivesPanic,
				Cancels:  true,
			},
		},
		New: newMutexSlice[T],
	}
}

type mutexSlice[T any] struct {
	broken atomic.Bool

	_       [cacheLine]byte
	getting sync.Mutex // over out; taken before mu
	out     []T
	next    int // in out

	_      [cacheLine]byte
	mu     sync.Mutex // over what follows
	items  sync.Cond
	in     []T
	closed bool
}

func newMutexSlice[T any](int) (Queue[T], error) {
	q := &mutexSlice[T]{}
	q.items.L = &q.mu
	return q, nil
}

func (q *mutexSlice[T]) Put(item T) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken.Load() {
		return ErrBroken
	}
	q.in = append(q.in, item)
	q.items.Signal()
	return nil
}

func (q *mutexSlice[T]) Get() (item T, err error) {
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
	*slot = *new(T) // or the slice would keep alive what it points to
	q.next++
	return item, nil
}

// refill returns when out has an item or the queue is broken, and false if it is
// closed and drained.
func (q *mutexSlice[T]) refill() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.in) == 0 && !q.closed && !q.broken.Load() {
		q.items.Wait()
	}
	if len(q.in) == 0 {
		return q.broken.Load()
	}
	walked := q.out[:0]
	if cap(walked) > 64 && cap(walked) > 4*len(q.in) {
		walked = nil // left over from a burst long past
	}
	q.in, q.out, q.next = walked, q.in, 0
	return true
}

func (q *mutexSlice[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.items.Broadcast()
}

func (q *mutexSlice[T]) Break() {
	q.mu.Lock() // or a consumer about to park would miss the call
	defer q.mu.Unlock()
	q.broken.Store(true)
	q.items.Broadcast()
}

func (q *mutexSlice[T]) Release() error { return nil }

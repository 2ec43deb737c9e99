package queue

import (
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// twolockListVariant is Michael and Scott's two-lock queue: a linked list with a
// dummy node in front, one lock for its head and one for its tail, so that a
// producer and a consumer never wait for each other. A consumer that finds the
// list empty parks on a condition of the head lock, which the paper leaves out.
//
// Guarantees one total order and that Put never waits for a consumer. Costs one
// allocation an item, which the garbage collector then has to follow: a node is
// reachable from all that were taken before it.
//
// It breaks when consumers are slower than producers for long: memory grows
// until there is none.
//
// Source: Michael and Scott, Simple, fast, and practical non-blocking and
// blocking concurrent queue algorithms, PODC 1996.
func twolockListVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "twolock.list",
			Summary: "linked list, a lock for each end",
			File:    "twolock_list.go",
			Source:  "Michael and Scott, PODC 1996",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:    patterns.FIFO,
				Overflow: patterns.Grow,
				Survives: patterns.SurvivesPanic,
				Cancels:  true,
			},
		},
		New: newTwolockList[T],
	}
}

type twolockList[T any] struct {
	putting sync.Mutex
	last    *listNode[T]

	_       [cacheLine]byte
	getting sync.Mutex
	items   sync.Cond    // on getting
	dummy   *listNode[T] // whoever comes after it is first
	parked  atomic.Int32 // consumers that wait, or are about to
	closed  atomic.Bool
	broken  atomic.Bool
}

type listNode[T any] struct {
	item T
	next atomic.Pointer[listNode[T]]
}

func newTwolockList[T any](int) (Queue[T], error) {
	dummy := &listNode[T]{}
	q := &twolockList[T]{last: dummy, dummy: dummy}
	q.items.L = &q.getting
	return q, nil
}

func (q *twolockList[T]) Put(item T) error {
	if q.broken.Load() {
		return ErrBroken
	}
	node := &listNode[T]{item: item}
	q.putting.Lock()
	q.last.next.Store(node)
	q.last = node
	q.putting.Unlock()
	// A consumer counts itself before it looks for the last time: either it sees
	// the node or we see it.
	if q.parked.Load() > 0 {
		q.getting.Lock()
		q.items.Signal()
		q.getting.Unlock()
	}
	return nil
}

func (q *twolockList[T]) Get() (item T, err error) {
	q.getting.Lock()
	defer q.getting.Unlock()
	first := q.dummy.next.Load()
	if first == nil {
		first, err = q.await()
	}
	if q.broken.Load() {
		return item, ErrBroken
	}
	if err != nil {
		return item, err
	}
	item = first.item
	first.item = *new(T) // the new dummy would keep alive what it points to
	q.dummy = first
	return item, nil
}

// await returns the first node, or ErrClosed if there will be none.
func (q *twolockList[T]) await() (*listNode[T], error) {
	q.parked.Add(1)
	defer q.parked.Add(-1)
	for {
		closed := q.closed.Load() // asked first: what was put before Close is then there
		if first := q.dummy.next.Load(); first != nil || q.broken.Load() {
			return first, nil
		}
		if closed {
			return nil, ErrClosed
		}
		q.items.Wait()
	}
}

func (q *twolockList[T]) Close() { q.end(&q.closed) }

func (q *twolockList[T]) Break() { q.end(&q.broken) }

func (q *twolockList[T]) end(flag *atomic.Bool) {
	q.getting.Lock()
	defer q.getting.Unlock()
	flag.Store(true)
	q.items.Broadcast()
}

func (q *twolockList[T]) Release() error { return nil }

package queuetest_test

import (
	"sync/atomic"

	"crossover/patterns/queue"
)

// What goes wrong where Close and Break meet.

// politely does not break what is closed.
type politely struct {
	aQueue
	closed atomic.Bool
}

func (q *politely) Close() {
	q.closed.Store(true)
	q.aQueue.Close()
}

func (q *politely) Break() {
	if !q.closed.Load() {
		q.aQueue.Break()
	}
}

// mends takes what is closed last for closed.
type mends struct {
	aQueue
	broken, mended atomic.Bool
}

func (q *mends) Break() {
	q.broken.Store(true)
	q.aQueue.Break()
}

func (q *mends) Close() {
	q.mended.Store(q.broken.Load())
	q.aQueue.Close()
}

func (q *mends) Get() (item, error) {
	i, err := q.aQueue.Get()
	if err == queue.ErrBroken && q.mended.Load() {
		err = queue.ErrClosed
	}
	return i, err
}

// strands leaves somebody behind who waits for the items of a closed queue to be taken.
type strands struct {
	aQueue
	items  atomic.Int64
	closed atomic.Bool
}

func (q *strands) Put(i item) error {
	q.items.Add(1)
	return q.aQueue.Put(i)
}

func (q *strands) Get() (item, error) {
	q.items.Add(-1)
	return q.aQueue.Get()
}

func (q *strands) Close() {
	q.closed.Store(true)
	q.aQueue.Close()
}

func (q *strands) Break() {
	if q.closed.Load() && q.items.Load() > 0 {
		go func() { select {} }()
	}
	q.aQueue.Break()
}

// stuck does not come back from Release.
type stuck struct{ aQueue }

func (stuck) Release() error { select {} }

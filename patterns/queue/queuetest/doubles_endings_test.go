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

// awaitsDrain is released when its items are taken, which nobody does any more.
type awaitsDrain struct {
	strands
	ifClosed bool // else it is released at once
}

func (q *awaitsDrain) Break() {
	q.items.Store(0)
	q.aQueue.Break()
}

func (q *awaitsDrain) Release() error {
	if q.items.Load() > 0 && q.closed.Load() == q.ifClosed {
		go func() { select {} }()
	}
	return q.aQueue.Release()
}

// fullFirst looks whether there is room before it looks whether it is broken.
type fullFirst struct {
	aQueue
	items atomic.Int64
}

func (q *fullFirst) Put(i item) error {
	if q.items.Load() == 8 {
		return queue.ErrDropped
	}
	err := q.aQueue.Put(i)
	if err == nil {
		q.items.Add(1)
	}
	return err
}

// tired lets some callers go after Break, and no more.
type tired struct {
	aQueue
	calls int
}

func (q *tired) Put(i item) error {
	err := q.aQueue.Put(i)
	if err == queue.ErrBroken {
		if q.calls++; q.calls > 40 {
			select {}
		}
	}
	return err
}

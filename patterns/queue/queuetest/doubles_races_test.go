package queuetest_test

import (
	"errors"
	"runtime"
	"sync/atomic"

	"crossover/patterns/queue"
)

// What goes wrong where the end meets a call. Gosched stands where a moment is enough.

// flagged is a channel with flags beside it for the ends.
type flagged struct {
	items          chan item
	closed, broken atomic.Bool
}

func flaggedAs(double func(*flagged) aQueue) variant {
	v := genuine("chan.done")
	v.MinCapacity, v.Spins = 1, true
	v.New = func(capacity int) (aQueue, error) {
		if capacity < v.MinCapacity {
			return nil, errors.New("no capacity")
		}
		return double(&flagged{items: make(chan item, capacity)}), nil
	}
	return v
}

func (q *flagged) Put(i item) error {
	for !q.broken.Load() {
		select {
		case q.items <- i:
			return nil
		default:
			runtime.Gosched()
		}
	}
	return queue.ErrBroken
}

func (q *flagged) Close()         { q.closed.Store(true) }
func (q *flagged) Break()         { q.broken.Store(true) }
func (q *flagged) Release() error { return nil }

// lateQueue looks whether it is closed after it has looked for an item: one may have
// come in between.
type lateQueue struct{ *flagged }

func late() variant { return flaggedAs(func(f *flagged) aQueue { return lateQueue{f} }) }

func (q lateQueue) Get() (i item, err error) {
	for !q.broken.Load() {
		select {
		case i = <-q.items:
			return i, nil
		default:
			runtime.Gosched()
		}
		if q.closed.Load() {
			return i, queue.ErrClosed
		}
	}
	return i, queue.ErrBroken
}

// swayingQueue looks whether it is broken, and then whether it is closed, which it may
// have been after it was broken.
type swayingQueue struct{ *flagged }

func swaying() variant { return flaggedAs(func(f *flagged) aQueue { return swayingQueue{f} }) }

func (q swayingQueue) Get() (i item, err error) {
	for !q.broken.Load() {
		runtime.Gosched()
		closed := q.closed.Load()
		select {
		case i = <-q.items:
			return i, nil
		default:
		}
		if closed {
			return i, queue.ErrClosed
		}
	}
	return i, queue.ErrBroken
}

// drowsyQueue sleeps where it waits, and its ends wake who sleeps already: not who has
// looked and is about to.
type drowsyQueue struct {
	*flagged
	wake chan struct{}
}

func drowsy() variant {
	return flaggedAs(func(f *flagged) aQueue { return &drowsyQueue{f, make(chan struct{})} })
}

func (q *drowsyQueue) Put(i item) error {
	for !q.broken.Load() {
		runtime.Gosched()
		select {
		case q.items <- i:
			return nil
		case <-q.wake:
		}
	}
	return queue.ErrBroken
}

func (q *drowsyQueue) Get() (i item, err error) {
	for !q.broken.Load() {
		if q.closed.Load() {
			select {
			case i = <-q.items:
				return i, nil
			default:
				return i, queue.ErrClosed
			}
		}
		runtime.Gosched()
		select {
		case i = <-q.items:
			return i, nil
		case <-q.wake:
		}
	}
	return i, queue.ErrBroken
}

func (q *drowsyQueue) Close() { q.end(&q.closed) }
func (q *drowsyQueue) Break() { q.end(&q.broken) }

func (q *drowsyQueue) end(flag *atomic.Bool) {
	flag.Store(true)
	for {
		select {
		case q.wake <- struct{}{}:
		default:
			return
		}
	}
}

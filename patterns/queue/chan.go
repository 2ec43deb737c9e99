package queue

import (
	"sync"
	"sync/atomic"
	"time"

	"crossover/patterns"
)

// chanVariant is a channel as everybody writes it: plain send, plain receive.
//
// Guarantees one total order and backpressure; with capacity 0 Put returns only
// once a consumer has the item. Costs one lock inside the channel per operation
// and a switch of goroutines whenever the buffer runs full or empty.
//
// It breaks where somebody has to give up: a goroutine parked in a plain send
// or receive is woken by its counterpart or not at all. Closing the channel is
// no way out, for a parked sender panics. So Break plays the missing
// counterpart, taking and feeding items until Release; see chan.done for the
// variant that needs none.
//
// Source: The Go Programming Language Specification, Channel types.
func chanVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "chan",
			Summary: "channel, plain send and receive",
			File:    "chan.go",
			Source:  "Go specification, Channel types",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Order:    patterns.FIFO,
				Overflow: patterns.Block,
				Survives: patterns.SurvivesPanic,
			},
		},
		New: newChanQueue[T],
	}
}

type chanQueue[T any] struct {
	items  chan T
	broken atomic.Bool

	mu       sync.Mutex // over the endings, never over items
	closed   bool
	released chan struct{} // stops the drainer
	drainer  sync.WaitGroup
}

func newChanQueue[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 0); err != nil {
		return nil, err
	}
	return &chanQueue[T]{items: make(chan T, capacity), released: make(chan struct{})}, nil
}

func (q *chanQueue[T]) Put(item T) error {
	q.items <- item
	if q.broken.Load() {
		return ErrBroken
	}
	return nil
}

func (q *chanQueue[T]) Get() (T, error) {
	item, ok := <-q.items
	if q.broken.Load() {
		return *new(T), ErrBroken
	}
	if !ok {
		return item, ErrClosed
	}
	return item, nil
}

func (q *chanQueue[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.broken.Load() { // the drainer may be sending
		return
	}
	q.closed = true
	close(q.items)
}

func (q *chanQueue[T]) Break() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken.Swap(true) || q.closed { // nobody parks on a closed channel
		return
	}
	q.drainer.Go(q.drain)
}

// drain stands in for every counterpart that will not come.
func (q *chanQueue[T]) drain() {
	for {
		select {
		case <-q.items:
		case q.items <- *new(T):
		case <-q.released:
			return
		}
		time.Sleep(10 * time.Microsecond) // a buffer is always ready for one or the other
	}
}

func (q *chanQueue[T]) Release() error {
	close(q.released)
	q.drainer.Wait()
	return nil
}

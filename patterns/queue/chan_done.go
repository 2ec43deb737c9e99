package queue

import (
	"sync"

	"crossover/patterns"
)

// chanDoneVariant is a channel with a second one beside it whose closing wakes
// whoever is parked, as ctx.Done() does.
//
// Guarantees what chan does, and that a blocked caller can be released without
// its counterpart. Costs a select over two channels, hence two locks, where a
// plain operation takes one.
//
// It breaks where a caller forgets the done case once: that one send or receive
// then waits for ever. The done channel is asked first because a select with
// two ready cases picks one at random, and Put after Break has to fail.
//
// Source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation.
func chanDoneVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "chan.done",
			Summary: "channel, select with a done channel",
			File:    "chan_done.go",
			Source:  "https://go.dev/blog/pipelines",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Order:    patterns.FIFO,
				Overflow: patterns.Block,
				Survives: patterns.SurvivesPanic,
				Cancels:  true,
			},
		},
		New: newChanDoneQueue[T],
	}
}

type chanDoneQueue[T any] struct {
	items chan T
	done  chan struct{}

	closing, breaking sync.Once
}

func newChanDoneQueue[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 0); err != nil {
		return nil, err
	}
	return &chanDoneQueue[T]{items: make(chan T, capacity), done: make(chan struct{})}, nil
}

func (q *chanDoneQueue[T]) Put(item T) error {
	if q.broken() {
		return ErrBroken
	}
	select {
	case q.items <- item:
		return nil
	case <-q.done:
		return ErrBroken
	}
}

func (q *chanDoneQueue[T]) Get() (T, error) {
	if q.broken() {
		return *new(T), ErrBroken
	}
	select {
	case item, ok := <-q.items:
		switch {
		case ok:
			return item, nil
		case q.broken(): // since we looked, and closed after that
			return item, ErrBroken
		}
		return item, ErrClosed
	case <-q.done:
		return *new(T), ErrBroken
	}
}

func (q *chanDoneQueue[T]) broken() bool {
	select {
	case <-q.done:
		return true
	default:
		return false
	}
}

func (q *chanDoneQueue[T]) Close() { q.closing.Do(func() { close(q.items) }) }

func (q *chanDoneQueue[T]) Break() { q.breaking.Do(func() { close(q.done) }) }

func (q *chanDoneQueue[T]) Release() error { return nil }

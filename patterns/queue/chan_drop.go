package queue

import (
	"sync"

	"crossover/patterns"
)

// chanDropVariant is a channel whose sender never waits: an item that finds no
// room is refused.
//
// Guarantees that a slow consumer cannot stop a producer, and one total order
// of what was accepted. Costs the items that arrive while it is full; the
// producer is told by ErrDropped and has to count them, or nobody does.
//
// It breaks where every item matters. With capacity 0 it would refuse whatever
// does not meet a consumer already waiting, so the least capacity is 1.
//
// Source: Effective Go, A leaky buffer.
func chanDropVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "chan.drop",
			Summary: "channel, select with default: refuses when full",
			File:    "chan_drop.go",
			Source:  "https://go.dev/doc/effective_go#leaky_buffer",
			Tier:    patterns.Std,
			Properties: patterns.Properties{
				Order:       patterns.FIFO,
				Overflow:    patterns.DropNewest,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				MinCapacity: 1,
			},
		},
		New: newChanDropQueue[T],
	}
}

type chanDropQueue[T any] struct {
	items chan T
	done  chan struct{}

	closing, breaking sync.Once
}

func newChanDropQueue[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, 1); err != nil {
		return nil, err
	}
	return &chanDropQueue[T]{items: make(chan T, capacity), done: make(chan struct{})}, nil
}

func (q *chanDropQueue[T]) Put(item T) error {
	if q.broken() {
		return ErrBroken
	}
	select {
	case q.items <- item:
		return nil
	default:
		return ErrDropped
	}
}

func (q *chanDropQueue[T]) Get() (T, error) {
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

func (q *chanDropQueue[T]) broken() bool {
	select {
	case <-q.done:
		return true
	default:
		return false
	}
}

func (q *chanDropQueue[T]) Close() { q.closing.Do(func() { close(q.items) }) }

func (q *chanDropQueue[T]) Break() { q.breaking.Do(func() { close(q.done) }) }

func (q *chanDropQueue[T]) Release() error { return nil }

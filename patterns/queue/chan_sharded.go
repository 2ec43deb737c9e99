package queue

import (
	"math/rand/v2"
	"sync"

	"crossover/patterns"
)

// chanShardedVariant is several channels in place of one, so that parties seldom
// meet at the same lock. Whoever comes looks at the shards in turn, beginning at
// a random one, and waits at all of them together if none will do.
//
// Guarantees backpressure, and nothing about order: two items of one producer go
// to different shards. Costs a random number an operation, and a select over all
// shards, hence all their locks, as soon as it has to wait.
//
// It breaks where order matters, and where the queue is mostly empty or mostly
// full: then everybody waits at every shard, which is dearer than at one.
// A shard for each producer would keep each one's order; but a queue does not
// know its producers.
//
// Source: The Go Programming Language Specification, Select statements.
func chanShardedVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "chan.sharded",
			Summary: "four channels, any of which will do",
			File:    "chan_sharded.go",
			Source:  "Go specification, Select statements",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order:       patterns.Unordered,
				Overflow:    patterns.Block,
				Survives:    patterns.SurvivesPanic,
				Cancels:     true,
				MinCapacity: shards,
			},
		},
		New: newChanSharded[T],
	}
}

// shards is fixed because a select statement has its cases in the source.
const shards = 4

type chanSharded[T any] struct {
	shard [shards]chan T
	done  chan struct{}

	closing, breaking sync.Once
}

func newChanSharded[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, shards); err != nil {
		return nil, err
	}
	q := &chanSharded[T]{done: make(chan struct{})}
	for i := range q.shard {
		room := capacity / shards
		if i < capacity%shards {
			room++
		}
		q.shard[i] = make(chan T, room)
	}
	return q, nil
}

func (q *chanSharded[T]) Put(item T) error {
	if q.broken() {
		return ErrBroken
	}
	first := rand.IntN(shards)
	for i := range shards {
		select {
		case q.shard[(first+i)%shards] <- item:
			return nil
		default:
		}
	}
	select {
	case q.shard[0] <- item:
	case q.shard[1] <- item:
	case q.shard[2] <- item:
	case q.shard[3] <- item:
	case <-q.done:
		return ErrBroken
	}
	return nil
}

func (q *chanSharded[T]) Get() (item T, err error) {
	if q.broken() {
		return item, ErrBroken
	}
	first := rand.IntN(shards)
	open := q.shard // a shard that is closed and drained is struck off: nil never answers
	for i := range shards {
		n := (first + i) % shards
		var ok bool
		select {
		case item, ok = <-open[n]:
			if ok {
				return item, nil
			}
			open[n] = nil
		default:
		}
	}
	for open != [shards]chan T{} {
		var n int
		var ok bool
		select {
		case item, ok = <-open[0]:
			n = 0
		case item, ok = <-open[1]:
			n = 1
		case item, ok = <-open[2]:
			n = 2
		case item, ok = <-open[3]:
			n = 3
		case <-q.done:
			return item, ErrBroken
		}
		if ok {
			return item, nil
		}
		open[n] = nil
	}
	if q.broken() { // since we looked, and closed after that
		return item, ErrBroken
	}
	return item, ErrClosed
}

func (q *chanSharded[T]) broken() bool {
	select {
	case <-q.done:
		return true
	default:
		return false
	}
}

func (q *chanSharded[T]) Close() {
	q.closing.Do(func() {
		for _, s := range q.shard {
			close(s)
		}
	})
}

func (q *chanSharded[T]) Break() { q.breaking.Do(func() { close(q.done) }) }

func (q *chanSharded[T]) Release() error { return nil }

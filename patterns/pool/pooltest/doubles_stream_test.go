package pooltest_test

import (
	"context"
	"iter"

	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
)

type done = pool.Done[result]

// asked is a stream with other options than it was given.
func asked(change func(*pool.StreamOptions)) pooltest.StreamFunc {
	return func(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
		change(&o)
		return pool.Stream(ctx, p, o, in)
	}
}

// yielding is a stream with something between it and its reader.
func yielding(change func(iter.Seq[done]) iter.Seq[done]) pooltest.StreamFunc {
	return func(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
		return change(pool.Stream(ctx, p, o, in))
	}
}

func swapsNeighbours(inner iter.Seq[done]) iter.Seq[done] {
	return func(yield func(done) bool) {
		var kept *done
		for d := range inner {
			if kept == nil {
				kept = &d
				continue
			}
			if !yield(d) || !yield(*kept) {
				return
			}
			kept = nil
		}
		if kept != nil {
			yield(*kept)
		}
	}
}

func forgetsLast(inner iter.Seq[done]) iter.Seq[done] {
	return func(yield func(done) bool) {
		var kept *done
		for d := range inner {
			if kept != nil && !yield(*kept) {
				return
			}
			kept = &d
		}
	}
}

func sameResult(inner iter.Seq[done]) iter.Seq[done] {
	return func(yield func(done) bool) {
		var first *result
		for d := range inner {
			if first == nil {
				first = &d.Out
			}
			if d.Err == nil {
				d.Out = *first
			}
			if !yield(d) {
				return
			}
		}
	}
}

func noCause(inner iter.Seq[done]) iter.Seq[done] {
	return func(yield func(done) bool) {
		for d := range inner {
			if d.Err != nil {
				d.Err = context.Canceled
			}
			if !yield(d) {
				return
			}
		}
	}
}

func deafStream(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	return pool.Stream(context.WithoutCancel(ctx), p, o, in)
}

// leavesEarly lets another goroutine wait for the tasks that are running.
func leavesEarly(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	return func(yield func(done) bool) {
		items := make(chan done)
		left := make(chan struct{})
		defer close(left)
		go func() {
			defer close(items)
			for d := range pool.Stream(ctx, p, o, in) {
				select {
				case items <- d:
				case <-left:
					return
				}
			}
		}()
		for d := range items {
			if !yield(d) {
				return
			}
		}
	}
}

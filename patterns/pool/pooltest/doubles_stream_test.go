package pooltest_test

import (
	"context"
	"errors"
	"fmt"
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

// idleStream takes its window at its word.
func idleStream(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	if o.Window < 1 {
		return func(func(done) bool) {}
	}
	return pool.Stream(ctx, p, o, in)
}

// waitsForOne waits for one Map to end, when it is left, and lets others be.
func waitsForOne(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	ended := make(chan struct{}, 100)
	telling := altered{func(ctx context.Context, in []task) ([]result, error) {
		defer func() { ended <- struct{}{} }()
		return p.Map(ctx, in)
	}, p.Close}
	return func(yield func(done) bool) {
		for d := range leavesEarly(ctx, telling, o, in) {
			<-ended
			if !yield(d) {
				<-ended
				return
			}
		}
	}
}

// unlessPanic tidies up if its reader returns.
func unlessPanic(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	return func(yield func(done) bool) {
		next, stop := iter.Pull(pool.Stream(ctx, p, o, in))
		for d, ok := next(); ok; d, ok = next() {
			if !yield(d) {
				break
			}
		}
		stop()
	}
}

// stopsNothing has Maps that hear of the end of the stream's context and of no other.
func stopsNothing(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	deaf := altered{func(_ context.Context, in []task) ([]result, error) { return p.Map(ctx, in) }, p.Close}
	return pool.Stream(ctx, deaf, o, in)
}

// takesOn has Maps that hear of the end of the context, which it does not itself.
func takesOn(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	hearing := altered{func(_ context.Context, in []task) ([]result, error) { return p.Map(ctx, in) }, p.Close}
	return deafStream(ctx, hearing, o, in)
}

func yieldsFullChunks(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	return func(yield func(done) bool) {
		var chunk []done
		for d := range pool.Stream(ctx, p, o, in) {
			if chunk = append(chunk, d); len(chunk) < o.Chunk {
				continue
			}
			for _, d := range chunk {
				if !yield(d) {
					return
				}
			}
			chunk = nil
		}
	}
}

// failsClosed has tasks of a closed pool fail one by one.
func failsClosed(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	failing := altered{func(ctx context.Context, in []task) ([]result, error) {
		out, err := p.Map(ctx, in)
		if err == pool.ErrClosed {
			return make([]result, len(in)), pool.Failures{{Index: 0, Err: err}}
		}
		return out, err
	}, p.Close}
	return pool.Stream(ctx, failing, o, in)
}

// seesLate cancels when a failure is to be yielded, and not when it has come.
func seesLate(ctx context.Context, p aPool, o pool.StreamOptions, in iter.Seq[task]) iter.Seq[done] {
	cancels := o.OnFailure == pool.Cancel
	o.OnFailure = pool.Finish
	return func(yield func(done) bool) {
		ctx, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		for d := range pool.Stream(ctx, p, o, in) {
			if cancels && d.Err != nil {
				stop(fmt.Errorf("%w: input %d: %w", pool.ErrCancelled, d.Index, d.Err))
			}
			if !yield(d) {
				return
			}
		}
	}
}

// blamesFirst says of those given up that it was because of the first input.
func blamesFirst(inner iter.Seq[done]) iter.Seq[done] {
	return func(yield func(done) bool) {
		for d := range inner {
			if errors.Is(d.Err, pool.ErrCancelled) {
				d.Err = fmt.Errorf("%w: input 0: it failed", pool.ErrCancelled)
			}
			if !yield(d) {
				return
			}
		}
	}
}

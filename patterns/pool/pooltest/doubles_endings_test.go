package pooltest_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"crossover/patterns/pool"
)

func deaf(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		return inner(context.WithoutCancel(ctx), in)
	}
}

// hasty returns as soon as its context ends.
func hasty(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		done := make(chan struct{})
		var out []result
		var err error
		go func() {
			defer close(done)
			out, err = inner(ctx, in)
		}()
		select {
		case <-done:
			return out, err
		case <-ctx.Done():
			return make([]result, len(in)), context.Cause(ctx)
		}
	}
}

func causeless(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return out, err
	}
}

// late hears a context end, but not one that has ended before.
func late(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if ctx.Err() == nil {
			return inner(ctx, in)
		}
		out, _ := inner(context.WithoutCancel(ctx), in)
		return out, context.Cause(ctx)
	}
}

// failuresFirst is for a pool that has begun all tasks by the time its context ends.
func failuresFirst(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if ctx.Err() != nil {
			return inner(ctx, in)
		}
		out, err := inner(context.WithoutCancel(ctx), in)
		if err == nil {
			err = context.Cause(ctx)
		}
		return out, err
	}
}

func contentWhenDone(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		if ctx.Err() != nil && len(out) > 0 && !slices.Contains(out, result{}) {
			err = nil
		}
		return out, err
	}
}

func contentWithNothing(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if len(in) == 0 {
			ctx = context.WithoutCancel(ctx)
		}
		return inner(ctx, in)
	}
}

// hooked wants to be told of the end of its context, and does not say when it is not any
// more.
func hooked(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		context.AfterFunc(ctx, func() {})
		return inner(ctx, in)
	}
}

// remembers uses the slots of the Map before again, and does not clear them.
func remembers(inner aMap) aMap {
	var before []result
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		for i := range out {
			if ctx.Err() != nil && out[i] == (result{}) && i < len(before) {
				out[i] = before[i]
			}
		}
		before = out
		return out, err
	}
}

func discards(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		if ctx.Err() != nil {
			clear(out)
		}
		return out, err
	}
}

// idle does nothing, wherever that is asked of it.
func idle(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if len(in) == 0 {
			return nil, context.Cause(ctx)
		}
		return inner(ctx, in)
	}
}

// after is a variant whose pools are made anew, with other options, after a Map that
// ended in a certain way.
func after(v variant, way func(context.Context, error) bool, change func(*pool.Options)) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		p, err := build(f, o)
		if err != nil {
			return nil, err
		}
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			out, err := p.Map(ctx, in)
			if way(ctx, err) {
				change(&o)
				next, newErr := build(f, o)
				if newErr != nil {
					return out, newErr
				}
				p.Close()
				p = next
			}
			return out, err
		}, func() error { return p.Close() }}, nil
	}
	return v
}

func failed(_ context.Context, err error) bool { return errors.As(err, new(pool.Failures)) }

func cancelled(ctx context.Context, _ error) bool { return ctx.Err() != nil }

// everyFifth is true of each fifth Map that ended this way.
func everyFifth(way func(context.Context, error) bool) func(context.Context, error) bool {
	n := 0
	return func(ctx context.Context, err error) bool {
		if way(ctx, err) {
			n++
			return n%5 == 0
		}
		return false
	}
}

// inParts hands over so many tasks at a time, and finds the pool closed in between.
func inParts(inner aMap) aMap {
	return func(ctx context.Context, in []task) (out []result, err error) {
		for part := range slices.Chunk(in, 64) {
			done, err := inner(ctx, part)
			if out = append(out, done...); err != nil {
				return out, err
			}
		}
		return out, nil
	}
}

// doorless is a variant whose Maps look whether it is closed, and go in without looking
// again.
func doorless(v variant) variant {
	return changed(v, func(p aPool) aPool {
		var closed atomic.Bool
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			if closed.Load() {
				return nil, pool.ErrClosed
			}
			runtime.Gosched() // here another may close it
			out, err := p.Map(ctx, in)
			if errors.Is(err, pool.ErrClosed) {
				panic("send on closed channel")
			}
			return out, err
		}, func() error {
			closed.Store(true)
			return p.Close()
		}}
	})
}

// firstCloses is a variant whose first Close waits for all, and others for nobody.
func firstCloses(v variant) variant {
	return changed(v, func(p aPool) aPool {
		var closed atomic.Bool
		return altered{p.Map, func() error {
			if closed.Swap(true) {
				return nil
			}
			return p.Close()
		}}
	})
}

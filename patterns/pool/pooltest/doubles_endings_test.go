package pooltest_test

import (
	"context"
	"slices"
	"sync/atomic"
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

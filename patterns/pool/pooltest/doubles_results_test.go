package pooltest_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"crossover/patterns/pool"
	"crossover/patterns/role"
)

func blamesNext(f pool.Failures) error {
	for i := range f {
		f[i].Index++
	}
	return f
}

func texts(f pool.Failures) error {
	for i := range f {
		f[i].Err = errors.New(f[i].Err.Error())
	}
	return f
}

// valuesOfPanics lists what panics were called with, where that is an error.
func valuesOfPanics(f pool.Failures) error {
	for i := range f {
		if p := (*role.PanicError)(nil); errors.As(f[i].Err, &p) {
			if err, ok := p.Value.(error); ok {
				f[i].Err = err
			}
		}
	}
	return f
}

func withoutFaults(f pool.Failures) error {
	f = slices.DeleteFunc(f, func(t pool.TaskError) bool {
		p := (*role.PanicError)(nil)
		if !errors.As(t.Err, &p) {
			return false
		}
		_, fault := p.Value.(runtime.Error)
		return fault
	})
	if len(f) == 0 {
		return nil
	}
	return f
}

func repeats(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if len(in) > 0 {
			inner(ctx, in[:1])
		}
		return inner(ctx, in)
	}
}

func cuts(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		for i := range out {
			out[i].Load = out[i].Load[:min(len(out[i].Load), 1<<16)]
		}
		return out, err
	}
}

func swaps(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		if n := len(out); n > 0 {
			out[0], out[n-1] = out[n-1], out[0]
		}
		return out, err
	}
}

// reuses gives results in a slice that it has given before, if that is large enough.
func reuses(inner aMap) aMap {
	var before []result
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		if len(out) > len(before) {
			before = out
			return out, err
		}
		return before[:copy(before, out)], err
	}
}

// wraps puts results where their index modulo 2¹⁶ says.
func wraps(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		out, err := inner(ctx, in)
		for i := 1 << 16; i < len(out); i++ {
			out[i%(1<<16)], out[i] = out[i], result{}
		}
		return out, err
	}
}

// windowed finds the place of a result in a window of the tasks handed over last, which
// forgets those before.
func windowed(v variant, window int) variant {
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		return altered{func(_ context.Context, in []task) ([]result, error) {
			out := make([]result, len(in))
			slots := make(chan struct{}, o.Workers)
			places := make([]int, window)
			var mu sync.Mutex
			var tasks sync.WaitGroup
			for i := range in {
				slots <- struct{}{}
				mu.Lock()
				places[i%window] = i
				mu.Unlock()
				tasks.Go(func() {
					r, _ := f.Call(in[i])
					mu.Lock()
					out[places[i%window]] = r
					mu.Unlock()
					<-slots
				})
			}
			tasks.Wait()
			return out, nil
		}, func() error { return nil }}, nil
	}
	return v
}

// overflowing does one chunk after the other, and has none if a chunk is very large.
func overflowing(v variant) variant {
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		return altered{func(_ context.Context, in []task) ([]result, error) {
			out := make([]result, len(in))
			for c := range (len(in) + o.Chunk - 1) / o.Chunk {
				for i := c * o.Chunk; i < min((c+1)*o.Chunk, len(in)); i++ {
					out[i], _ = f.Call(in[i])
				}
			}
			return out, nil
		}, func() error { return nil }}, nil
	}
	return v
}

// keeping keeps what tasks return, also of those that fail.
func keeping(v variant) variant {
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		return altered{func(_ context.Context, in []task) ([]result, error) {
			out := make([]result, len(in))
			var failures pool.Failures
			for i := range in {
				var err error
				if out[i], err = f.Call(in[i]); err != nil {
					failures = append(failures, pool.TaskError{Index: i, Err: err})
				}
			}
			return out, failures
		}, func() error { return nil }}, nil
	}
	return v
}

func forgets(inner aMap) aMap {
	return func(ctx context.Context, in []task) ([]result, error) {
		if len(in) == 0 {
			return inner(ctx, in)
		}
		out, err := inner(ctx, in[:len(in)-1])
		return append(out, result{}), err
	}
}

// together ends all Maps when the context of one ends.
func together(inner aMap) aMap {
	all, stop := context.WithCancelCause(context.Background())
	return func(ctx context.Context, in []task) ([]result, error) {
		defer context.AfterFunc(ctx, func() { stop(context.Cause(ctx)) })()
		return inner(all, in)
	}
}

// exchanging gives each of two Maps that meet the results of the other.
func exchanging(v variant) variant {
	return changed(v, func(p aPool) aPool {
		meeting := make(chan []result)
		exchange := func(ctx context.Context, in []task) ([]result, error) {
			mine, err := p.Map(ctx, in)
			select {
			case other := <-meeting:
				meeting <- mine
				return other, err
			case meeting <- mine:
				return <-meeting, err
			}
		}
		return altered{exchange, p.Close}
	})
}

// closesOnce ends as a channel does.
func closesOnce(v variant) variant {
	return changed(v, func(p aPool) aPool {
		done := make(chan struct{})
		return altered{p.Map, func() error {
			close(done)
			return p.Close()
		}}
	})
}

// dealing gives each worker an equal part of the tasks and lets it alone.
func dealing(v variant) variant {
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		return altered{func(_ context.Context, in []task) ([]result, error) {
			out := make([]result, len(in))
			var workers sync.WaitGroup
			for w := range o.Workers {
				workers.Go(func() {
					for i := len(in) * w / o.Workers; i < len(in)*(w+1)/o.Workers; i++ {
						out[i], _ = f.Call(in[i])
					}
				})
			}
			workers.Wait()
			return out, nil
		}, func() error { return nil }}, nil
	}
	return v
}

// shortNowAndThen is a variant that has a worker too few in every hundredth Map.
func shortNowAndThen(v variant) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		p, err := build(f, o)
		if err != nil {
			return nil, err
		}
		o.Workers = max(o.Workers-1, 1)
		short, err := build(f, o)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		maps := 0
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			if maps++; maps%100 == 0 {
				return short.Map(ctx, in)
			}
			return p.Map(ctx, in)
		}, func() error { return errors.Join(p.Close(), short.Close()) }}, nil
	}
	return v
}

// wholeChunks has no worker for what is left over.
func wholeChunks(v variant) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			own := o
			own.Workers = min(o.Workers, max(len(in)/o.Chunk, 1))
			p, err := build(f, own)
			if err != nil {
				return nil, err
			}
			return p.Map(ctx, in)
		}, func() error { return nil }}, nil
	}
	return v
}

// leaks starts a goroutine that nobody ends.
func leaks(p aPool) aPool {
	go func() { select {} }()
	return p
}

// brokenByCrash is a variant that fails every Map after the first crash.
func brokenByCrash(v variant) variant {
	return changed(v, func(p aPool) aPool {
		var broken atomic.Bool
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			if broken.Load() {
				return nil, errors.New("the pool is broken")
			}
			out, err := p.Map(ctx, in)
			broken.Store(err != nil)
			return out, err
		}, p.Close}
	})
}

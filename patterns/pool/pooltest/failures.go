package pooltest

import (
	"context"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

var failuresLaw = Law{
	Name:   "failures-listed",
	Doc:    "Tasks that fail are listed, each with its error, by ascending index and no others; the others are completed.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		err := eachSizing(ctx, v, sizings(1, 7), func(t *trial) error {
			n := manyOrFew(v, 11, 4)
			for _, fails := range []func(i int) bool{
				func(i int) bool { return i%3 == 1 },
				func(i int) bool { return i == n-1 },
				func(i int) bool { return true },
			} {
				if err := t.do(t.fated(n, errand.Fails, fails)); err != nil {
					return err
				}
			}
			return t.eachOnce()
		})
		if err != nil || processPerTask(v) {
			return err
		}
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			return t.do(t.fated(150, errand.Fails, func(int) bool { return true }))
		})
	},
}

// fated makes tasks some of which end otherwise than by returning.
func (t *trial) fated(n int, f errand.Fate, some func(i int) bool) []Task {
	tasks := t.tasks(n)
	for i := range tasks {
		if some(i) {
			tasks[i].Fate = f
		}
	}
	return tasks
}

var panicLaw = Law{
	Name:   "panic-contained",
	Doc:    "A task that panics, with whatever value, is listed with a *role.PanicError that holds the value and the stack; the others are completed, and the pool goes on with as many workers as before.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return eachSizing(ctx, v, sizings(1, 7), func(t *trial) error {
			for range 2 { // more panics than workers: each worker survives
				if err := t.do(t.panicking(manyOrFew(v, 8, 4))); err != nil {
					return err
				}
			}
			if err := t.eachOnce(); err != nil {
				return err
			}
			return t.goesOn(v)
		})
	},
}

// panicking makes tasks every other of which panics, in every way.
func (t *trial) panicking(n int) []Task {
	tasks := t.tasks(n)
	for i := 1; i < n; i += 2 {
		tasks[i].Fate = errand.Panicking[tasks[i].ID/2%len(errand.Panicking)]
	}
	return tasks
}

package pooltest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

var separateLaw = Law{
	Name:   "maps-separate",
	Doc:    "Maps that run at the same time each get the results and failures of their own tasks, and when the context of one ends that is nothing to the others.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		const maps = 4
		n := manyOrFew(v, 60, 4)
		err := eachSizing(ctx, v, sizings(1, 7), func(t *trial) error {
			var all [maps][]Task
			for i := range all { // each fails elsewhere
				all[i] = t.fated(n, errand.Fails, func(k int) bool { return k%maps == i })
			}
			var running sync.WaitGroup
			var errs [maps]error
			for i, tasks := range all {
				running.Go(func() { errs[i] = t.do(tasks) })
			}
			running.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				return err
			}
			return t.eachOnce()
		})
		if err != nil {
			return err
		}
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error { return t.beside(v) })
	},
}

// beside ends the context of a Map while the tasks of another are held.
func (t *trial) beside(v Subject) error {
	first := t.start(t.ctx, t.held(manyOrFew(v, 6, 4)))
	if _, err := first.await(t.workers); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	second := t.start(ctx, t.tasks(2))
	lawtest.Linger() // for it to wait behind the first, if it has to
	cancel(errEnough)
	lawtest.Linger()
	if err := t.diary.Release(first.tasks...); err != nil {
		return err
	}
	if err := errors.Join(first.join(), second.join()); err != nil {
		return fmt.Errorf("beside one that was cancelled: %w", err)
	}
	if err := judge(first.tasks, first.got, alone); err != nil {
		return fmt.Errorf("beside one that was cancelled: %w", err)
	}
	return nil
}

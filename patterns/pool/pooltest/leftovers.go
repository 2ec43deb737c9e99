package pooltest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"crossover/patterns"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role/roletest"
)

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "When Close returns, to whichever caller, the workers are gone: there is no goroutine, process or descriptor left over; nor, when a Map or a stream has ended, anything that waits for the end of its context.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		uses := []struct {
			name string
			use  func(*trial) error
		}{
			{"closed unused", func(t *trial) error { return nil }},
			{"closed after use", func(t *trial) error { return t.do(t.tasks(3)) }},
			{"closed after use under a context that lasts", (*trial).lasts},
			{"closed after a panic", func(t *trial) error {
				return t.do(t.fated(3, errand.Panics, func(i int) bool { return i == 1 }))
			}},
		}
		if v.Survives == patterns.SurvivesCrash {
			uses = append(uses, struct {
				name string
				use  func(*trial) error
			}{"closed after a crash", func(t *trial) error {
				return t.do(t.fated(3, errand.Exits, func(i int) bool { return i == 1 }))
			}})
		}
		for _, u := range uses {
			err := roletest.LeavesNothing(ctx, func() error {
				before := roletest.Hold()
				return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
					return errors.Join(u.use(t), t.closeTwice(before))
				})
			})
			if err != nil {
				return fmt.Errorf("%s: %w", u.name, err)
			}
		}
		return nil
	},
}

// closeTwice closes from two goroutines at once. Neither may return before the
// worker processes are gone.
func (t *trial) closeTwice(before roletest.Holdings) error {
	var closing sync.WaitGroup
	var errs [2]error
	for i := range errs {
		closing.Go(func() {
			errs[i] = t.close()
			if left := before.NewChildren(); len(left) > 0 {
				errs[i] = errors.Join(errs[i], fmt.Errorf("processes %v left when Close returned", left))
			}
		})
	}
	closing.Wait()
	return errors.Join(errs[:]...)
}

// lasts maps, and streams, under a context that does not end and counts who waits for that.
func (t *trial) lasts() error {
	ctx := roletest.NewLasting()
	m := t.start(ctx, t.tasks(3))
	if err := m.join(); err != nil {
		return err
	}
	if n := ctx.Waiting(); n != 0 {
		return fmt.Errorf("%d functions wait for the end of the context of a Map that has ended", n)
	}
	tasks := t.tasks(3)
	items, err := t.open(ctx, pool.StreamOptions{}, inputs(tasks)).take(-1)
	if err != nil {
		return err
	}
	if n := ctx.Waiting(); n != 0 {
		return fmt.Errorf("%d functions wait for the end of the context of a stream that has ended", n)
	}
	return errors.Join(judge(m.tasks, m.got, alone), judgeItems(tasks, items, false))
}

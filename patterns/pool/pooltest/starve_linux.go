package pooltest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crossover/patterns/pool"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var starvedLaw = Law{
	Name: "start-all-or-nothing",
	Doc:  "Where worker processes cannot be started for want of descriptors, whichever is the first that is missing, or die before they are at work, the pool is not made; or, where each task has its own, they are listed. Nothing is left over, and such a pool goes on.",
	Excuse: func(v Subject) string {
		if v.As != role.Process {
			return "no worker processes"
		}
		return ""
	},
	Check: func(ctx context.Context, v Subject) error {
		fed := func(start func() error) (wanting, err error) { return start(), nil }
		if wanting, err := v.starts(ctx, fed); wanting != nil || err != nil { // what comes to stay comes now
			return errors.Join(wanting, err)
		}
		err := roletest.Starved(ctx, func(room int) (wanting, err error) {
			return v.starts(ctx, func(start func() error) (wanting, err error) { return roletest.Famine(room, start) })
		})
		if err != nil {
			return err
		}
		return roletest.LeavesNothing(ctx, func() error {
			dead, err := v.starts(ctx, func(start func() error) (wanting, err error) { return roletest.Stillborn(start), nil })
			if dead == nil && err == nil {
				err = errors.New("that workers die at once was not noticed")
			}
			return err
		})
	},
}

// starts makes a pool that does one task, both of it as want has it done, and another if
// it was made at all. It returns what was wanting.
func (v Subject) starts(ctx context.Context, want func(start func() error) (wanting, err error)) (wanting, err error) {
	t := &trial{ctx: ctx, workers: 2, chunk: 1} // a diary would need descriptors too
	var got outcome
	wanting, err = want(func() (err error) {
		if t.pool, err = v.open(pool.Options{Workers: t.workers, Chunk: t.chunk}); err != nil {
			return err
		}
		m := t.start(ctx, t.tasks(1))
		if err := m.join(); err != nil {
			return err
		}
		got = m.got
		return got.err
	})
	if t.pool == nil {
		return wanting, err
	}
	if _, unlisted := listed(got.err, 1); unlisted != nil {
		err = errors.Join(err, fmt.Errorf("the pool was made, and then %w", unlisted))
	}
	if got.err != nil && !slices.Equal(got.out, make([]Result, 1)) {
		err = errors.Join(err, fmt.Errorf("a task that was not done has the result %v", got.out))
	}
	if ctx.Err() == nil {
		err = errors.Join(err, t.do(t.tasks(1)))
	}
	return wanting, errors.Join(err, t.close())
}

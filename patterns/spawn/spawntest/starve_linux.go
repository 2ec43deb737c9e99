package spawntest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/spawn"
)

var starvedLaw = Law{
	Name: "start-all-or-nothing",
	Doc:  "A process that cannot be started for want of descriptors, whichever is the first that is missing, or dies before it is at work, leaves nothing behind: its worker is reported and counts as come to the hold, or, were it to be there beforehand, the spawner is not made.",
	Excuse: func(v Variant) string {
		if v.As != role.Process {
			return "needs no descriptors"
		}
		return ""
	},
	Check: func(ctx context.Context, v Variant) error {
		for _, ready := range []int{0, 2} {
			if err := v.starved(ctx, ready); err != nil {
				return fmt.Errorf("%d workers beforehand: %w", ready, err)
			}
		}
		return nil
	},
}

func (v Variant) starved(ctx context.Context, ready int) error {
	starts := func(want func(start func() error) (wanting, err error)) (wanting, err error) {
		return v.starts(ctx, ready, want)
	}
	wanting, err := starts(func(start func() error) (wanting, err error) { return start(), nil })
	if wanting != nil || err != nil { // what comes to stay comes now
		return errors.Join(wanting, err)
	}
	err = roletest.Starved(ctx, func(room int) (wanting, err error) {
		return starts(func(start func() error) (wanting, err error) { return roletest.Famine(room, start) })
	})
	if err != nil {
		return err
	}
	return roletest.LeavesNothing(ctx, func() error {
		dead, err := starts(func(start func() error) (wanting, err error) { return roletest.Stillborn(start), nil })
		if dead == nil && err == nil {
			err = errors.New("that workers die at once was not noticed")
		}
		return err
	})
}

// starts makes a spawner and a worker, both as want has it done, and another worker if
// the spawner was made at all. It returns what was wanting.
func (v Variant) starts(ctx context.Context, ready int, want func(start func() error) (wanting, err error)) (wanting, err error) {
	t := &trial{ctx: ctx} // without a diary, which would need descriptors too
	var wrong error
	wanting, err = want(func() (err error) {
		t.spawner, err = lawtest.AwaitResult(ctx, "waiting for the spawner to be made", func() (spawn.Spawner[Arg, Result], error) {
			return v.New(body, spawn.Options{Starters: 1, Ready: ready})
		})
		if err != nil {
			return err
		}
		hold := spawn.NewHold(1)
		hold.Release()
		s := t.start(ctx, hold, t.args(1))
		if err := s.join(); err != nil {
			return err
		}
		if s.ends[0].Err == nil || s.ends[0].Out != (Result{}) {
			wrong = fits(s.args[0], s.ends[0])
		}
		return s.ends[0].Err
	})
	err = errors.Join(err, wrong)
	if t.spawner == nil || ctx.Err() != nil {
		return wanting, err
	}
	s := t.start(ctx, nil, t.args(1))
	if another := s.join(); another != nil {
		return wanting, errors.Join(err, another)
	}
	return wanting, errors.Join(err, fits(s.args[0], s.ends[0]), t.spawner.Release())
}

package spawntest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/spawn"
)

// trial is a spawner under examination. Whatever it waits for, it stops waiting
// when ctx ends.
type trial struct {
	ctx     context.Context
	spawner spawn.Spawner[Arg, Result]
	limit   int
	diary   errand.Diary
	nextID  int
}

// try makes a spawner, examines it and releases it; but not if the check was found
// to hang, for then somebody may still be inside.
func try(ctx context.Context, v Variant, o spawn.Options, examine func(*trial) error) (err error) {
	d, err := errand.NewDiary()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	s, err := v.New(body, o)
	if err != nil {
		return err
	}
	if err = examine(&trial{ctx: ctx, spawner: s, limit: o.Limit, diary: d}); ctx.Err() != nil {
		return err
	}
	return errors.Join(err, s.Release())
}

// roomy are options that stand in nobody's way, narrow are those that let few workers
// in.
var (
	roomy  = spawn.Options{Limit: 10_000, Starters: 3, Ready: 1}
	narrow = spawn.Options{Limit: 3, Starters: 2, Ready: 1}
)

// args makes arguments of workers that return.
func (t *trial) args(n int) []Arg {
	args := make([]Arg, n)
	for i := range args {
		args[i] = Arg{ID: t.nextID, Diary: t.diary}
		t.nextID++
	}
	return args
}

// fated makes arguments of workers some of which end otherwise.
func (t *trial) fated(n int, f errand.Fate, some func(i int) bool) []Arg {
	args := t.args(n)
	for i := range args {
		if some(i) {
			args[i].Fate = f
		}
	}
	return args
}

// spawning is a Spawn under way.
type spawning struct {
	*trial
	args []Arg
	hold *spawn.Hold
	done chan struct{}

	// Once done is closed.
	ends []spawn.End[Result]
	err  error // a panic
}

// start calls Spawn and does not wait for it. The hold, if there is one, is
// released when the check is given up.
func (t *trial) start(ctx context.Context, hold *spawn.Hold, args []Arg) *spawning {
	s := &spawning{trial: t, args: args, hold: hold, done: make(chan struct{})}
	stop := func() bool { return true }
	if hold != nil {
		stop = context.AfterFunc(t.ctx, hold.Release)
	}
	go func() {
		defer close(s.done)
		defer stop()
		s.err = lawtest.Attempt(func() error {
			s.ends = t.spawner.Spawn(ctx, hold, args)
			return nil
		})
	}()
	return s
}

func (s *spawning) join() error {
	select {
	case <-s.done:
	case <-s.ctx.Done():
		return fmt.Errorf("waiting for Spawn to return: %w", context.Cause(s.ctx))
	}
	if s.err == nil && len(s.ends) != len(s.args) {
		return fmt.Errorf("the Spawn returned %d ends for %d arguments", len(s.ends), len(s.args))
	}
	if s.err == nil && s.hold != nil && s.hold.Arrived() != len(s.args) { // those not started and the dead count as come
		return fmt.Errorf("%d workers came to the hold, want each of %d once", s.hold.Arrived(), len(s.args))
	}
	return s.err
}

func (s *spawning) returned() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// full waits until the hold has as many workers as it expects.
func (s *spawning) full() error {
	select {
	case <-s.hold.Running():
		return nil
	case <-s.done:
		select {
		case <-s.hold.Running(): // select tosses a coin between two that are ready
			return nil
		default:
		}
		return fmt.Errorf("the Spawn returned when %d workers had come to the hold: %v", s.hold.Arrived(), s.ends)
	case <-s.ctx.Done():
		return fmt.Errorf("waiting for workers to come to the hold: %w", context.Cause(s.ctx))
	}
}

// do spawns workers and judges how they ended.
func (t *trial) do(args []Arg) error {
	s := t.start(t.ctx, nil, args)
	if err := s.join(); err != nil {
		return err
	}
	return s.judge()
}

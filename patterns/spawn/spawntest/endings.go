package spawntest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/spawn"
)

var failuresLaw = Law{
	Name:   "failure-reported",
	Doc:    "A worker that fails is reported with its error, in its place; the others are completed.",
	Excuse: binds,
	Check:  func(ctx context.Context, v Variant) error { return end1in3(ctx, v, errand.Fails) },
}

var panicLaw = Law{
	Name:   "panic-reported",
	Doc:    "A worker that panics, with whatever value, is reported with a *role.PanicError that holds the value and the stack; the others are completed, and after it there may be as many as before.",
	Excuse: binds,
	Check:  func(ctx context.Context, v Variant) error { return end1in3(ctx, v, errand.Panicking...) },
}

var goexitLaw = Law{
	Name:   "goexit-reported",
	Doc:    "A worker that calls runtime.Goexit, and so takes its goroutine with it, is reported; the others are completed, and after it there may be as many as before.",
	Excuse: binds,
	Check:  func(ctx context.Context, v Variant) error { return end1in3(ctx, v, errand.Goexits) },
}

// survivesCrash is the excuse of a law about workers that take their process along.
func survivesCrash(v Variant) string {
	if v.Survives != patterns.SurvivesCrash {
		return "does not survive a crash"
	}
	return ""
}

var crashLaw = Law{
	Name:   "crash-reported",
	Doc:    "A worker that exits, be it with 0, or is killed is reported with a *role.ExitError; the others are completed.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Variant) error {
		return end1in3(ctx, v, errand.Crashing...)
	},
}

// end1in3 has every third worker end otherwise than by returning, in one of these ways
// after the other, all of them, and then none.
func end1in3(ctx context.Context, v Variant, fates ...errand.Fate) error {
	return try(ctx, v, narrow, func(t *trial) error {
		for _, every := range []int{3, 1} {
			args := t.args(4)
			for i := 0; i < len(args); i += every {
				args[i].Fate = fates[i/every%len(fates)]
			}
			if err := t.do(args); err != nil {
				return err
			}
		}
		return t.goesOn(v)
	})
}

var separateLaw = Law{
	Name:   "spawns-separate",
	Doc:    "Spawns at the same time each get the results of their own workers, and none waits for those of another.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, roomy, func(t *trial) error {
			n := some(v, 50)
			var all [4][]Arg
			for i := range all { // each fails elsewhere
				all[i] = t.fated(n, errand.Fails, func(k int) bool { return k%len(all) == i })
			}
			var running sync.WaitGroup
			var errs [len(all)]error
			for i, args := range all {
				running.Go(func() { errs[i] = t.do(args) })
			}
			running.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				return err
			}
			return t.beside(n)
		})
	},
}

// beside spawns n workers while those of another Spawn are held.
func (t *trial) beside(n int) error {
	held := t.start(t.ctx, spawn.NewHold(n), t.args(n))
	defer held.hold.Release()
	if err := held.full(); err != nil {
		return err
	}
	if err := t.do(t.args(n)); err != nil {
		return fmt.Errorf("beside one that is held: %w", err)
	}
	held.hold.Release()
	if err := held.join(); err != nil {
		return err
	}
	return held.judge()
}

var errEnough = errors.New("the caller has had enough")

var cancelLaw = Law{
	Name:   "cancel-stops",
	Doc:    "When the context ends no further worker is started, even of a Spawn that was waiting for another's to end, and those that were not say so with its cause; those that were are waited for, and after it there may be as many as before.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, narrow, func(t *trial) error {
			for range 10 { // who does it by tossing a coin is found out
				if err := t.cancelled(6, 0); err != nil {
					return fmt.Errorf("cancelled before: %w", err)
				}
			}
			n := 6
			if v.Bounded {
				n = t.limit
			}
			if err := t.cancelled(6, n); err != nil {
				return fmt.Errorf("cancelled with %d workers held: %w", n, err)
			}
			if err := t.midway(some(v, 100)); err != nil {
				return fmt.Errorf("cancelled midway: %w", err)
			}
			if err := t.goesOn(v); err != nil || !v.Bounded {
				return err
			}
			if err := t.waiting(); err != nil {
				return fmt.Errorf("cancelled while waiting for another Spawn: %w", err)
			}
			return nil
		})
	},
}

// cancelled ends the context of a Spawn of n workers when so many of them are
// held.
func (t *trial) cancelled(n, held int) error {
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	if held == 0 {
		cancel(errEnough)
	}
	s := t.start(ctx, spawn.NewHold(held), t.args(n))
	defer s.hold.Release()
	if held > 0 {
		if err := s.full(); err != nil {
			return err
		}
		cancel(errEnough)
		lawtest.Linger()
		if s.returned() {
			return fmt.Errorf("the Spawn returned while workers were held: %v", s.ends)
		}
	}
	s.hold.Release()
	if err := s.join(); err != nil {
		return err
	}
	return s.stopped(held)
}

// midway ends the context of a Spawn somewhere.
func (t *trial) midway(n int) error {
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	hold := spawn.NewHold(1)
	hold.Release()
	s := t.start(ctx, hold, t.args(n))
	if err := s.full(); err != nil {
		return err
	}
	cancel(errEnough)
	if err := s.join(); err != nil {
		return err
	}
	return s.stopped(n)
}

// waiting ends the context of a Spawn while another has all the workers there may be.
func (t *trial) waiting() error {
	first := t.start(t.ctx, spawn.NewHold(t.limit), t.args(t.limit))
	defer first.hold.Release()
	if err := first.full(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	second := t.start(ctx, nil, t.args(2))
	lawtest.Linger()
	cancel(errEnough)
	first.hold.Release()
	for _, s := range []*spawning{first, second} {
		if err := s.join(); err != nil {
			return err
		}
	}
	return errors.Join(first.judge(), second.stopped(0))
}

// stopped checks that each worker either ran and ended well, or did not run and
// says why; of the first there are most at most.
func (s *spawning) stopped(most int) error {
	noted, err := s.diary.Read()
	if err != nil {
		return err
	}
	begun, ended := errand.Times(noted.Begun), errand.Times(noted.Ended)
	ran := 0
	for i, a := range s.args {
		e := s.ends[i]
		switch {
		case begun[a.ID] != ended[a.ID]:
			return fmt.Errorf("the Spawn returned while worker %d was running", i)
		case errors.Is(e.Err, spawn.ErrNotStarted) && begun[a.ID] > 0:
			return fmt.Errorf("worker %d ran and is said not to have been started", i)
		case errors.Is(e.Err, spawn.ErrNotStarted) && !errors.Is(e.Err, errEnough):
			return fmt.Errorf("worker %d was not started because of %w, want the context's cause: %w", i, e.Err, errEnough)
		case errors.Is(e.Err, spawn.ErrNotStarted):
			continue
		}
		if err := fits(a, e); err != nil {
			return fmt.Errorf("worker %d: %w", i, err)
		}
		ran++
	}
	if ran > most {
		return fmt.Errorf("%d workers were started after the context had ended", ran-most)
	}
	return nil
}

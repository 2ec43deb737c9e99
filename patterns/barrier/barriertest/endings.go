package barriertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"crossover/patterns/barrier"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var idleLaw = Law{
	Name: "waits-idle",
	Doc:  "Who waits leaves the CPU to others, unless the variant says that it spins.",
	Excuse: func(s Subject) string {
		if s.Spins {
			return "spins while it waits"
		}
		return here(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		const parties = 3 // the last of which does not come
		reports, err := s.gather(ctx, parties, slices.Repeat([]job{{Phases: endless}}, parties-1), func(c *crew) error {
			lawtest.Linger()
			err := roletest.Idles()
			c.b.Break()
			return err
		})
		if err != nil {
			return err
		}
		return alike(reports, 0, broken)
	},
}

var timeoutLaw = Law{
	Name:   "timeout-breaks",
	Doc:    "A party that has waited as long as it wants to breaks the barrier for all; a limit that is not reached changes nothing.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		reports, err := s.gather(ctx, 2, slices.Repeat([]job{{Phases: 10, Limit: time.Hour}}, 2), nothing)
		if err == nil {
			err = alike(reports, 10, finished)
		}
		if err != nil {
			return fmt.Errorf("a limit of an hour: %w", err)
		}
		// The third party never comes.
		reports, err = s.gather(ctx, 3, []job{{Phases: endless, Limit: time.Millisecond}, {Phases: endless}}, nothing)
		if err == nil {
			err = alike(reports, 0, broken)
		}
		if err != nil {
			return fmt.Errorf("a limit of a millisecond: %w", err)
		}
		return nil
	},
}

var breakLaw = Law{
	Name:   "break-wakes",
	Doc:    "Break wakes all who wait, in other processes too: Wait returns ErrBroken.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		numbers := []int{2, 4, 65}
		switch {
		case s.As == role.Process:
			numbers = []int{2, 4}
		case s.Spins:
			numbers = []int{2, 4, 9} // the more spin, the later Break gets a CPU
		}
		for _, parties := range numbers {
			// Quiet, or one that is woken would wake the next.
			reports, err := s.gather(ctx, parties, slices.Repeat([]job{{Phases: endless, Quiet: true}}, parties-1), func(c *crew) error {
				lawtest.Linger()
				c.b.Break()
				return nil
			})
			if err == nil {
				err = alike(reports, 0, broken)
			}
			if err != nil {
				return fmt.Errorf("%d parties, one of which does not come: %w", parties, err)
			}
		}
		if s.As != role.Goroutine || s.Spins { // who spins has no wake-up to miss
			return nil
		}
		for round := range 1000 * lawtest.Soak() {
			err := s.use(ctx, 2, func(b barrier.Barrier) error { return breaksAsOneComes(ctx, b, round) })
			if err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		return nil
	},
}

// breaksAsOneComes breaks a barrier at about the moment at which a party begins to wait.
func breaksAsOneComes(ctx context.Context, b barrier.Barrier, round int) error {
	return lawtest.Await(ctx, "Wait as the barrier was broken", func() error {
		return lawtest.Meet(round, b.Break, func() error { return refuses(b, 0) })
	})
}

var leaveLaw = Law{
	Name:   "leaving-breaks",
	Doc:    "A party that breaks the barrier as it leaves takes no phase from the others that it has passed itself, and each gets ErrBroken for the next.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		for range 3 {
			reports, err := s.gather(ctx, 3, []job{{Phases: endless}, {Phases: 4}, {Phases: endless}}, nothing)
			if err == nil {
				err = errors.Join(alike(reports[1:2], 4, finished), alike([]report{reports[0], reports[2]}, 4, broken))
			}
			if err != nil {
				return err
			}
		}
		return nil
	},
}

var panicLaw = Law{
	Name:   "panic-reaches",
	Doc:    "When a party panics the caller gets the panic, and each of the others, if it breaks the barrier as it goes, ErrBroken.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		_, err := s.gather(ctx, 3, []job{{Phases: 3, Panics: true}, {Phases: endless}, {Phases: endless}}, func(c *crew) error {
			_, err := roletest.Join(ctx, "the party that panics", c.parties[0])
			if ctx.Err() != nil {
				return err
			}
			if p := (*role.PanicError)(nil); !errors.As(err, &p) {
				return fmt.Errorf("the panic was reported as %v", err)
			}
			c.parties = c.parties[1:]
			reports, err := c.join(ctx)
			if err != nil {
				return err
			}
			return alike(reports, 3, broken)
		})
		return err
	},
}

var brokenLaw = Law{
	Name:   "broken-is-final",
	Doc:    "After Break every Wait returns ErrBroken, even if all arrive, or all there are.",
	Excuse: once,
	Check: func(ctx context.Context, s Subject) error {
		for _, parties := range []int{1, 2} {
			err := s.use(ctx, parties, func(b barrier.Barrier) error { return staysBroken(ctx, b, parties) })
			if err != nil {
				return fmt.Errorf("%d parties: %w", parties, err)
			}
		}
		return nil
	},
}

func staysBroken(ctx context.Context, b barrier.Barrier, parties int) error {
	b.Break()
	for range 10 {
		for party := range parties {
			if err := lawtest.Await(ctx, "Wait after Break", func() error { return refuses(b, party) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func refuses(b barrier.Barrier, party int) error {
	if err := b.Wait(party); !errors.Is(err, barrier.ErrBroken) {
		return fmt.Errorf("after Break, Wait said %q", endingOf(err))
	}
	return nil
}

var alikeLaw = Law{
	Name:   "all-or-none",
	Doc:    "Whenever the barrier is broken, a phase was passed by all parties or by none, and no later one is.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		times, parties := 10, 4
		if s.As == role.Process {
			times, parties = 2, 3
		}
		for range times * lawtest.Soak() {
			after := rand.N(300 * time.Microsecond)
			reports, err := s.gather(ctx, parties, slices.Repeat([]job{{Phases: endless}}, parties), func(c *crew) error {
				time.Sleep(after)
				c.b.Break()
				return nil
			})
			if err == nil {
				err = alike(reports, reports[0].Passed, broken)
			}
			if err != nil {
				return fmt.Errorf("broken after %v: %w", after, err)
			}
		}
		if s.As != role.Goroutine {
			return nil
		}
		for round := range 1000 * lawtest.Soak() {
			parties = 1 + round%3
			if s.Spins && round%20 > 0 { // two may have one CPU, and then a round takes milliseconds
				parties = 1
			}
			err := s.use(ctx, parties, func(b barrier.Barrier) error { return breaksAsAllCome(ctx, b, parties, round) })
			if err != nil {
				return fmt.Errorf("broken as the last of %d parties came, round %d: %w", parties, round, err)
			}
		}
		return nil
	},
}

// breaksAsAllCome breaks a barrier at about the moment at which its phase is complete:
// who looks and then breaks, or counts on somebody who has just left, shows there.
func breaksAsAllCome(ctx context.Context, b barrier.Barrier, parties, round int) error {
	return lawtest.Await(ctx, "all parties", func() error {
		var others sync.WaitGroup
		errs := make([]error, parties)
		for i := 1; i < parties; i++ {
			others.Go(func() { errs[i] = lawtest.Attempt(func() error { return b.Wait(i) }) })
		}
		errs[0] = lawtest.Meet(round, b.Break, func() error { return b.Wait(0) })
		others.Wait()
		for i, err := range errs {
			if end := endingOf(err); end != endingOf(errs[0]) || end != finished && end != broken {
				return fmt.Errorf("party 0 ended with %q, party %d with %q", endingOf(errs[0]), i, end)
			}
		}
		return refuses(b, 0) // or the last to arrive has undone it
	})
}

var repeatLaw = Law{
	Name:   "break-repeats",
	Doc:    "Break may be called again, and by several at once.",
	Excuse: once,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, 3, func(b barrier.Barrier) error {
			var wg sync.WaitGroup
			errs := make([]error, 4)
			for i := range errs {
				wg.Go(func() {
					errs[i] = lawtest.Attempt(func() error { b.Break(); b.Break(); return nil })
				})
			}
			wg.Wait()
			return errors.Join(errs...)
		})
	},
}

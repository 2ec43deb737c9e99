package barriertest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"crossover/patterns/barrier"
	"crossover/patterns/role/roletest"
)

var partiesLaw = Law{
	Name:   "parties-checked",
	Doc:    "A barrier for no party is refused; one for a single party holds nobody back.",
	Excuse: once,
	Check: func(ctx context.Context, s Subject) error {
		for _, parties := range []int{-1, 0} {
			if b, err := s.New(parties); err == nil {
				b.Release()
				return fmt.Errorf("a barrier for %d parties was made", parties)
			}
		}
		return s.use(ctx, 1, func(b barrier.Barrier) error {
			for range 10 {
				if err := b.Wait(0); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

var separateLaw = Law{
	Name:   "barriers-separate",
	Doc:    "Each barrier made is new: nobody has arrived at it, and no other breaks it.",
	Excuse: once,
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, 1, func(a barrier.Barrier) error {
			return s.use(ctx, 1, func(b barrier.Barrier) error {
				a.Break()
				if err := b.Wait(0); err != nil {
					return fmt.Errorf("the other barrier: %w", err)
				}
				return nil
			})
		})
	},
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After Release there is no goroutine, descriptor or mapping left over, however the barrier ended.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		for _, use := range []struct {
			name string
			run  func() error
		}{
			{"released unused", func() error { return s.use(ctx, 4, func(barrier.Barrier) error { return nil }) }},
			{"passed", func() error {
				_, err := s.gather(ctx, 2, slices.Repeat([]job{{Phases: 3}}, 2), nothing)
				return err
			}},
			{"timed out", func() error {
				_, err := s.gather(ctx, 3, slices.Repeat([]job{{Phases: endless, Limit: time.Millisecond}}, 2), nothing)
				return err
			}},
		} {
			if err := roletest.LeavesNothing(ctx, use.run); err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

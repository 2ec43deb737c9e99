package barriertest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"crossover/patterns/barrier"
	"crossover/patterns/role"
)

var earlyLaw = Law{
	Name:   "none-early",
	Doc:    "Nobody passes a phase before all have arrived at it.",
	Excuse: everywhere,
	Check: onMeeting(func(_ bool, reports []report) error {
		for i, r := range reports {
			if r.Early > 0 {
				return fmt.Errorf("party %d passed too early: %d times another had not arrived", i, r.Early)
			}
		}
		return nil
	}),
}

var apartLaw = Law{
	Name:   "one-apart",
	Doc:    "Parties are never more than one phase apart.",
	Excuse: everywhere,
	Check: onMeeting(func(_ bool, reports []report) error {
		for i, r := range reports {
			if r.Ahead > 0 {
				return fmt.Errorf("party %d was left behind: %d times another was two phases ahead", i, r.Ahead)
			}
		}
		return nil
	}),
}

var behindLaw = Law{
	Name:   "none-behind",
	Doc:    "When all have arrived, each of them passes.",
	Excuse: everywhere,
	Check: onMeeting(func(relieved bool, reports []report) error {
		if relieved {
			return alike(reports, reports[0].Passed, reports[0].End)
		}
		return alike(reports, reports[0].Passed, finished)
	}),
}

var reusedLaw = Law{
	Name:   "reused",
	Doc:    "A barrier is ready for the next phase at once, a thousand times over.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		const phases = 1000
		relieved, reports, err := s.meet(ctx, 2, phases)
		if err != nil || relieved {
			return err
		}
		return alike(reports, phases, finished)
	},
}

// onMeeting is the check of a law that looks at what parties saw of each other,
// in several numbers.
func onMeeting(look func(relieved bool, reports []report) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		numbers, phases := []int{2, 3, 8, 17}, 100
		if s.As == role.Process {
			numbers = []int{2, 3}
		}
		for _, parties := range numbers {
			relieved, reports, err := s.meet(ctx, parties, phases)
			if err == nil {
				err = look(relieved, reports)
			}
			if err != nil {
				return fmt.Errorf("%d parties: %w", parties, err)
			}
		}
		return nil
	}
}

// relief is how long spinning parties meet at most. Where they outnumber the CPUs
// a phase takes them milliseconds.
const relief = 20 * time.Millisecond

// meet lets parties pass so many phases; spinning ones may be relieved earlier.
func (s Subject) meet(ctx context.Context, parties, phases int) (relieved bool, reports []report, err error) {
	reports, err = s.gather(ctx, parties, slices.Repeat([]job{{Phases: phases}}, parties), func(c *crew) error {
		if !s.Spins {
			return nil
		}
		patience := time.NewTimer(relief)
		defer patience.Stop()
		select {
		case <-c.parties[0].Done():
		case <-patience.C:
			relieved = true
			c.b.Break()
		}
		return nil
	})
	return relieved, reports, err
}

var visibleLaw = Law{
	Name:   "writes-visible",
	Doc:    "What a party wrote before it arrived, all others read after they have passed.",
	Excuse: here,
	Check: func(ctx context.Context, s Subject) error {
		const parties = 3
		phases := 200
		if s.Spins {
			phases = 10
		}
		// Plain memory: the race detector sees it if the barrier does not order it.
		rows := make([][2][8]int, parties)
		return s.use(ctx, parties, func(b barrier.Barrier) error {
			var wg sync.WaitGroup
			errs := make([]error, parties)
			for i := range parties {
				wg.Go(func() {
					if s.As == role.Thread {
						runtime.LockOSThread()
						defer runtime.UnlockOSThread()
					}
					errs[i] = exchange(barrier.At(b, i), rows, phases)
				})
			}
			wg.Wait()
			return errors.Join(errs...)
		})
	},
}

// exchange has a party fill its row and read all others', phase by phase.
func exchange(p barrier.Party, rows [][2][8]int, phases int) error {
	defer p.Break()
	for phase := range phases {
		for w := range rows[p.ID()][phase%2] {
			rows[p.ID()][phase%2][w] = phase + w
		}
		if err := p.Wait(); err != nil {
			return err
		}
		for other := range rows {
			for w, v := range rows[other][phase%2] {
				if v != phase+w {
					return fmt.Errorf("phase %d: party %d reads %d where party %d wrote %d", phase, p.ID(), v, other, phase+w)
				}
			}
		}
	}
	return nil
}

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
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

var earlyLaw = Law{
	Name:   "none-early",
	Doc:    "Nobody passes a phase before all have arrived at it.",
	Excuse: everywhere,
	Check:  onMeeting(func(m meeting) error { return noneEarly(m.reports) }),
}

func noneEarly(reports []report) error {
	for i, r := range reports {
		if r.Early > 0 {
			return fmt.Errorf("party %d passed too early: %d times another had not arrived", i, r.Early)
		}
	}
	return nil
}

var apartLaw = Law{
	Name:   "one-apart",
	Doc:    "Parties are never more than one phase apart.",
	Excuse: everywhere,
	Check:  onMeeting(func(m meeting) error { return noneAhead(m.reports) }),
}

func noneAhead(reports []report) error {
	for i, r := range reports {
		if r.Ahead > 0 {
			return fmt.Errorf("party %d was left behind: %d times another was two phases ahead", i, r.Ahead)
		}
	}
	return nil
}

var behindLaw = Law{
	Name:   "none-behind",
	Doc:    "When all have arrived, each of them passes.",
	Excuse: everywhere,
	Check: onMeeting(func(m meeting) error {
		if m.relieved {
			return alike(m.reports, m.reports[0].Passed, m.reports[0].End)
		}
		return alike(m.reports, m.phases, finished)
	}),
}

var reusedLaw = Law{
	Name:   "reused",
	Doc:    "A barrier is ready for the next phase at once, and holds back in it, however many there were.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		phases, relief := 1000, relief
		if s.As == role.Goroutine && !s.Crosses { // where a phase takes no system call
			phases, relief = 70_000, 5*relief // more than 16 bits count
		}
		m, err := s.meet(ctx, 2, phases, relief)
		if err != nil {
			return err
		}
		if err := errors.Join(noneEarly(m.reports), noneAhead(m.reports)); err != nil || m.relieved {
			return err
		}
		return alike(m.reports, phases, finished)
	},
}

// onMeeting is the check of a law that looks at what parties saw of each other,
// in several numbers.
func onMeeting(look func(meeting) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		meetings := []struct{ parties, phases int }{{2, 100}, {3, 100}, {8, 100}, {65, 10}} // more than a word has bits
		switch {
		case s.As == role.Process:
			meetings = meetings[:2]
		case s.Spins:
			meetings[3].parties = 33 // more than half a word has, and slow enough
		}
		for _, planned := range meetings {
			m, err := s.meet(ctx, planned.parties, planned.phases, relief)
			if err == nil {
				err = look(m)
			}
			if err != nil {
				return fmt.Errorf("%d parties: %w", planned.parties, err)
			}
		}
		return nil
	}
}

// meeting is what became of one.
type meeting struct {
	phases   int  // that were planned
	relieved bool // before all were passed
	reports  []report
}

// relief is how long spinning parties meet at most. Where they outnumber the CPUs
// a phase takes them milliseconds.
const relief = 20 * time.Millisecond

// meet lets parties pass so many phases; spinning ones may be relieved earlier.
func (s Subject) meet(ctx context.Context, parties, phases int, relief time.Duration) (m meeting, err error) {
	m.phases = phases
	m.reports, err = s.gather(ctx, parties, slices.Repeat([]job{{Phases: phases}}, parties), func(c *crew) error {
		if !s.Spins {
			return nil
		}
		patience := time.NewTimer(relief)
		defer patience.Stop()
		select {
		case <-c.parties[0].Done():
		case <-patience.C:
			m.relieved = true
			c.b.Break()
		}
		return nil
	})
	return m, err
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
			defer context.AfterFunc(ctx, b.Break)()
			return lawtest.Await(ctx, "parties that read what the others wrote", func() error {
				wg.Wait()
				return errors.Join(errs...)
			})
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
			return fmt.Errorf("phase %d: party %d: %w", phase, p.ID(), err)
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

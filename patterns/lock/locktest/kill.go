package locktest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role/roletest"
)

var orphanLaw = Law{
	Name:   "holder-killed",
	Doc:    "When a process is killed inside, whether others wait or come later, the next party alone gets the lock and is told, or gets it and is not, or waits until Break: as the variant says.",
	Excuse: across(binds),
	Check: func(ctx context.Context, s Subject) error {
		if err := s.use(ctx, func(g *guarded) error { return killedBefore(ctx, s, g) }); err != nil {
			return fmt.Errorf("nobody waited: %w", err)
		}
		if s.Orphan != lock.Lost {
			if err := s.use(ctx, func(g *guarded) error { return killedAndReplaced(ctx, s, g) }); err != nil {
				return fmt.Errorf("another process came and did not wait: %w", err)
			}
		}
		return s.use(ctx, func(g *guarded) error {
			h, _, err := holding(ctx, s, g, false)
			if err != nil {
				return err
			}
			c, err := hire(ctx, s, g, heirs...)
			if err != nil {
				h.Kill()
				h.Join()
				return err
			}
			defer c.dismiss(ctx)
			for range 4 { // who waits is to look more than once whether the holder lives
				lawtest.Linger()
			}
			if err := roletest.Murder(ctx, h); err != nil {
				return err
			}
			return inherited(ctx, s, c)
		})
	},
}

// heirs enter so often that they meet again after one of them has inherited.
var heirs = []job{{Entries: 50}, {Entries: 50}}

// killedBefore kills the holder before another process comes, which may be given what
// belonged to the dead one.
func killedBefore(ctx context.Context, s Subject, g *guarded) error {
	h, _, err := holding(ctx, s, g, false)
	if err != nil {
		return err
	}
	if err := roletest.Murder(ctx, h); err != nil {
		return err
	}
	c, err := hire(ctx, s, g, heirs...)
	if err != nil {
		return err
	}
	defer c.dismiss(ctx)
	return inherited(ctx, s, c)
}

// killedAndReplaced kills the holder before another process comes and stays outside: with
// what belonged to the dead one it is not to be taken for it.
func killedAndReplaced(ctx context.Context, s Subject, g *guarded) error {
	h, _, err := holding(ctx, s, g, false)
	if err != nil {
		return err
	}
	if err := roletest.Murder(ctx, h); err != nil {
		return err
	}
	c, err := hire(ctx, s, g, job{Of: 3}, job{Entries: 1})
	if err != nil {
		return err
	}
	defer c.dismiss(ctx)
	heir, err := roletest.Join(ctx, "the heir", c.workers[1])
	if err != nil {
		return err
	}
	g.Data.meet(ctx, 3) // the third, whom the other waits for
	other, err := roletest.Join(ctx, "the other", c.workers[0])
	if err != nil {
		return err
	}
	return heirsTold(s, []report{heir, other})
}

// inherited checks what becomes of a lock whose holder was killed while parties
// waited.
func inherited(ctx context.Context, s Subject, c *crew) error {
	if s.Orphan == lock.Lost {
		lawtest.Linger()
		reports, err := c.giveUp(ctx)
		if err != nil {
			return err
		}
		return allEnded(reports, broken)
	}
	reports, err := c.finish(ctx)
	if err != nil {
		return err
	}
	return heirsTold(s, reports)
}

// heirsTold checks how many entries were told of a death.
func heirsTold(s Subject, reports []report) error {
	told, want := 0, 0
	for _, r := range reports {
		told += r.Heir
	}
	if s.Orphan == lock.Told {
		want = 1
	}
	if told != want {
		return fmt.Errorf("%d entries were told of the death, want %d", told, want)
	}
	return errors.Join(allEnded(reports, finished), apart(nil, reports))
}

var killLaw = Law{
	Name:   "kill-survived",
	Doc:    "When a party's process is killed at any point, waiting, inside or between, the others go on, or end on Break if the lock is lost with it. Who is not told finds nothing half done, unless the variant tells nobody.",
	Excuse: across(binds),
	Check: func(ctx context.Context, s Subject) error {
		for range 4 * lawtest.Soak() {
			after := rand.N(3 * time.Millisecond)
			err := s.use(ctx, func(g *guarded) error { return killed(ctx, s, g, after) })
			if err != nil {
				return fmt.Errorf("killed after %v: %w", after, err)
			}
		}
		return nil
	},
}

// killed lets parties enter without end, kills one, and sees a new one in.
func killed(ctx context.Context, s Subject, g *guarded, after time.Duration) error {
	c, err := hire(ctx, s, g, job{Entries: endless}, job{Entries: endless}, job{Entries: endless, Reads: 1})
	if err != nil {
		return err
	}
	defer c.dismiss(ctx)
	time.Sleep(after)
	victim := c.workers[0]
	c.workers = c.workers[1:]
	if err := roletest.Murder(ctx, victim); err != nil {
		return err
	}
	next, err := hire(ctx, s, g, job{Entries: 20})
	if err != nil {
		return err
	}
	defer next.dismiss(ctx)
	var seen []report
	if s.Orphan == lock.Lost {
		lawtest.Linger()
	} else if seen, err = next.finish(ctx); err != nil {
		return err
	}
	others, err := c.giveUp(ctx)
	if err != nil {
		return err
	}
	if seen == nil {
		if seen, err = next.finish(ctx); err != nil {
			return err
		}
	}
	reports := append(seen, others...)
	for i, r := range reports {
		if r.Torn > 0 && s.Orphan != lock.Freed {
			return fmt.Errorf("party %d found the board in disorder %d times and was not told", i, r.Torn)
		}
	}
	return errors.Join(allEnded(reports, finished, broken), roletest.Gone(victim.Pid()))
}

package locktest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role"
)

var excludesLaw = Law{
	Name:   "excludes",
	Doc:    "While a writer is inside, nobody else is.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		if err := onTraffic(apart)(ctx, s); err != nil || s.As == role.Process {
			return err
		}
		return shape{4, 0, 250, 1<<16 - 500}.traffic(ctx, s, apart)
	},
}

func apart(_ *board, reports []report) error {
	for i, r := range reports {
		if r.Together > 0 {
			return fmt.Errorf("party %d met somebody inside %d times", i, r.Together)
		}
	}
	return nil
}

var lostLaw = Law{
	Name:   "nothing-lost",
	Doc:    "What was written inside, in plain memory, is what the next party reads: no update is lost.",
	Excuse: everywhere(binds),
	Check: onTraffic(func(b *board, reports []report) error {
		var writes uint64
		for _, r := range reports {
			writes += uint64(r.Writes)
		}
		if b.Count != writes {
			return fmt.Errorf("%d of %d updates were lost", writes-b.Count, writes)
		}
		return nil
	}),
}

var wholeLaw = Law{
	Name:   "seen-whole",
	Doc:    "Nobody inside, reader or writer, finds several words changed by halves.",
	Excuse: everywhere(binds),
	Check: onTraffic(func(_ *board, reports []report) error {
		for i, r := range reports {
			if r.Torn > 0 {
				return fmt.Errorf("party %d found the board in disorder %d times", i, r.Torn)
			}
		}
		return nil
	}),
}

// onTraffic is the check of a law that looks at what parties saw and what they
// left.
func onTraffic(look func(*board, []report) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		for _, shape := range []shape{{2, 0, 1000, 0}, {4, 0, 1000, 0}, {4, 2, 1000, 0}} {
			if s.As == role.Process {
				shape.parties = min(shape.parties, 3)
			}
			if err := shape.traffic(ctx, s, look); err != nil {
				return err
			}
		}
		return nil
	}
}

// shape is how many parties enter, and as what.
type shape struct {
	parties int
	reads   int // of four entries
	entries int // of each
	before  int // entries of one alone: what a lock counts them by may be too small
}

func (sh shape) traffic(ctx context.Context, s Subject, look func(*board, []report) error) error {
	err := s.use(ctx, func(g *guarded) error {
		if err := wear(g, sh.before); err != nil {
			return err
		}
		c, err := hire(ctx, s, g, slices.Repeat([]job{{sh.entries, sh.reads, sh.parties}}, sh.parties)...)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		reports, err := c.finish(ctx)
		if err != nil {
			return err
		}
		if err := allEnded(reports, finished); err != nil {
			return err
		}
		return look(g.Data, reports)
	})
	if err != nil {
		return fmt.Errorf("%d parties, %d of 4 entries to read, %d entries before: %w", sh.parties, sh.reads, sh.before, err)
	}
	return nil
}

// wear has one party enter and leave so often.
func wear(g *guarded, entries int) error {
	p, err := g.Party()
	for i := 0; i < entries && err == nil; i++ {
		if err = p.Lock(); err == nil {
			err = p.Unlock()
		}
	}
	return err
}

var shareLaw = Law{
	Name: "readers-share",
	Doc:  "A reader enters while others are inside, whoever has tried the lock in vain.",
	Excuse: everywhere(func(v lock.Variant) string {
		if !v.Shares {
			return "serves readers one by one"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(g *guarded) error {
			_, leave, err := holding(ctx, s, g, true)
			if err != nil {
				return err
			}
			defer leave()
			ends, err := parties(g, 3)
			if err != nil {
				return err
			}
			if err := lawtest.Await(ctx, "a second reader", ends[0].RLock); err != nil {
				return err
			}
			if err := tries(ends[2], false); err != nil {
				return err
			}
			if err := lawtest.Await(ctx, "a third reader, after a TryLock", ends[1].RLock); err != nil {
				return err
			}
			return errors.Join(ends[0].RUnlock(), ends[1].RUnlock())
		})
	},
}

package locktest

import (
	"context"
	"fmt"
	"slices"

	"crossover/patterns/lock"
	"crossover/patterns/role"
)

var excludesLaw = Law{
	Name:   "excludes",
	Doc:    "While a writer is inside, nobody else is.",
	Excuse: everywhere(binds),
	Check: onTraffic(func(_ *board, reports []report) error {
		for i, r := range reports {
			if r.Together > 0 {
				return fmt.Errorf("party %d met somebody inside %d times", i, r.Together)
			}
		}
		return nil
	}),
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
		for _, shape := range []struct{ parties, reads int }{{2, 0}, {4, 0}, {4, 2}} {
			if s.As == role.Process {
				shape.parties = min(shape.parties, 3)
			}
			err := s.use(ctx, func(g *guarded) error {
				c, err := hire(ctx, s, g, slices.Repeat([]job{{1000, shape.reads, shape.parties}}, shape.parties)...)
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
				return fmt.Errorf("%d parties, %d of 4 entries to read: %w", shape.parties, shape.reads, err)
			}
		}
		return nil
	}
}

var shareLaw = Law{
	Name: "readers-share",
	Doc:  "A reader enters while another is inside.",
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
			left := false
			defer func() {
				if !left {
					leave()
				}
			}()
			ends, err := parties(g, 1)
			if err != nil {
				return err
			}
			err = until(ctx, "a second reader", ends[0].RLock, func() { left = true; leave() })
			if err != nil {
				return err
			}
			return ends[0].RUnlock()
		})
	},
}

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
		return errors.Join(
			shape{4, 0, 250, 1<<16 - 500}.traffic(ctx, s, apart),
			s.use(ctx, func(g *guarded) error { return throng(ctx, s, g) }),
			newcomers(ctx, s))
	},
}

// newcomers has two parties join at the same moment, and a reader and a writer enter at the
// same moment: who looks for the other before it can be seen itself shows there.
func newcomers(ctx context.Context, s Subject) error {
	for round := range 500 * lawtest.Soak() {
		err := s.use(ctx, func(g *guarded) error {
			return lawtest.Await(ctx, "two newcomers", func() error { return meetInside(g, round) })
		})
		if err != nil {
			return fmt.Errorf("two newcomers, round %d: %w", round, err)
		}
	}
	return nil
}

func meetInside(g *guarded, round int) error {
	var ends [2]lock.Locker
	var reports [2]report
	var errs [2]error
	join := func(i int) error { ends[i], errs[i] = g.Party(); return errs[i] }
	err := lawtest.Meet(round, func() { join(1) }, func() error { return join(0) })
	if err := errors.Join(err, errs[1]); err != nil {
		return err
	}
	for i, p := range ends {
		if err := p.RLock(); err != nil {
			return err
		}
		if err := errors.Join(tries(ends[1-i], false), p.RUnlock()); err != nil {
			return fmt.Errorf("while party %d of two that joined at once is inside: %w", i, err)
		}
	}
	enter := func(i int) error { return reports[i].enter(ends[i], g.Data, i == 1) }
	err = lawtest.Meet(round, func() { errs[1] = enter(1) }, func() error { return enter(0) })
	return errors.Join(err, errs[1], apart(g.Data, reports[:]))
}

// throng has many wait at once.
func throng(ctx context.Context, s Subject, g *guarded) error {
	ends, err := parties(g, 1)
	if err != nil {
		return err
	}
	if err := ends[0].Lock(); err != nil {
		return err
	}
	c, err := hire(ctx, s, g, slices.Repeat([]job{{Entries: 2, Of: many + 1}}, many)...)
	if err != nil {
		return errors.Join(err, ends[0].Unlock())
	}
	defer c.dismiss(ctx)
	g.Data.meet(ctx, many+1)
	lawtest.Linger()
	if err := ends[0].Unlock(); err != nil {
		return err
	}
	reports, err := c.finish(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(allEnded(reports, finished), apart(g.Data, reports)); err != nil {
		return fmt.Errorf("%d waited: %w", many, err)
	}
	return nil
}

// many is more parties than a word has bits.
const many = 70

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
	Doc:  "A reader enters while others are inside, however many, and whoever has tried the lock in vain; those who waited for a writer enter together.",
	Excuse: everywhere(func(v lock.Variant) string {
		if !v.Shares {
			return "serves readers one by one"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		err := s.use(ctx, func(g *guarded) error {
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
		if err != nil || s.As == role.Process {
			return err
		}
		return errors.Join(
			s.use(ctx, func(g *guarded) error { return leaveInTurn(ctx, g) }),
			s.use(ctx, func(g *guarded) error { return followTogether(ctx, g) }))
	},
}

// leaveInTurn has many readers inside, who keep out a writer until the last has left.
func leaveInTurn(ctx context.Context, g *guarded) error {
	ends, err := parties(g, 1+many)
	if err != nil {
		return err
	}
	writer, readers := ends[0], ends[1:]
	for i, p := range readers {
		if err := lawtest.Await(ctx, fmt.Sprintf("a reader with %d inside", i), p.RLock); err != nil {
			return err
		}
	}
	for i, p := range readers {
		if err := tries(writer, false); err != nil {
			return fmt.Errorf("%d of %d readers have left: %w", i, many, err)
		}
		if err := p.RUnlock(); err != nil {
			return err
		}
	}
	if err := tries(writer, true); err != nil {
		return fmt.Errorf("all %d readers have left: %w", many, err)
	}
	return writer.Unlock()
}

// followTogether has readers wait for a writer, after whom all of them are inside.
func followTogether(ctx context.Context, g *guarded) error {
	ends, err := parties(g, 4)
	if err != nil {
		return err
	}
	writer, readers := ends[0], ends[1:]
	if err := writer.Lock(); err != nil {
		return err
	}
	entered := make(chan error, len(readers))
	for _, p := range readers {
		go func() { entered <- lawtest.Attempt(p.RLock) }()
	}
	lawtest.Linger()
	if err := writer.Unlock(); err != nil {
		return err
	}
	for i := range readers {
		err := lawtest.Await(ctx, fmt.Sprintf("a reader that waited for a writer, %d inside", i), func() error { return <-entered })
		if err != nil {
			return err
		}
	}
	for _, p := range readers {
		err = errors.Join(err, p.RUnlock())
	}
	return err
}

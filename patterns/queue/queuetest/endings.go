package queuetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role/roletest"
)

var drainLaw = Law{
	Name:   "close-drains",
	Doc:    "After Close what is in the queue is still delivered; then every consumer gets ErrClosed, parked or not.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		capacity := s.capacity(8)
		if err := drains(ctx, s, capacity, capacity, false); err != nil {
			return fmt.Errorf("closed before the consumers came: %w", err)
		}
		if err := drains(ctx, s, capacity, 0, true); err != nil {
			return fmt.Errorf("closed while consumers were parked: %w", err)
		}
		if err := (race{call: "Get", run: getsThen(0, closed), end: queue.Queue[Item].Close}).check(ctx, s); err != nil {
			return err
		}
		return race{call: "Get", run: getsThen(1, closed), end: putAndClose}.check(ctx, s)
	},
}

func putAndClose(q queue.Queue[Item]) {
	q.Put(newItem(0, 0))
	q.Close()
}

func drains(ctx context.Context, s Subject, capacity, items int, parked bool) error {
	return s.use(ctx, capacity, func(q queue.Queue[Item]) error {
		if err := putAll(ctx, q, items); err != nil {
			return err
		}
		if !parked {
			q.Close()
		}
		c, err := hire(ctx, q, plan{gets: slices.Repeat([]getJob{{Keep: true}}, atMost(3, s.Consumers)), getAs: s.As})
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		if parked {
			lawtest.Linger()
		}
		_, got, err := c.finish(ctx)
		if err != nil {
			return err
		}
		if n := len(arrivals(got)); n != items {
			return fmt.Errorf("%d of %d items were delivered", n, items)
		}
		return allEnded(closed, nil, got)
	})
}

var breakPutLaw = Law{
	Name:   "break-wakes-put",
	Doc:    "A Put that waits for room returns ErrBroken when the queue is broken.",
	Excuse: everywhere(waitsForRoom),
	Check: func(ctx context.Context, s Subject) error {
		if err := breaks(ctx, s, putsOnly(s), nothing); err != nil {
			return err
		}
		return race{call: "Put", run: putBreaks, full: true, end: queue.Queue[Item].Break}.check(ctx, s)
	},
}

// putBreaks makes calls of Put until an error, for there may be some room left.
func putBreaks(q queue.Queue[Item]) error {
	for {
		switch end := endingOf(q.Put(newItem(0, 0))); end {
		case finished:
		case broken:
			return nil
		default:
			return fmt.Errorf("a Put said %q, want %q", end, broken)
		}
	}
}

var breakGetLaw = Law{
	Name:   "break-wakes-get",
	Doc:    "A Get that waits for an item returns ErrBroken when the queue is broken.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		if err := breaks(ctx, s, getsOnly(s), nothing); err != nil {
			return err
		}
		return race{call: "Get", run: getsThen(0, broken), end: queue.Queue[Item].Break}.check(ctx, s)
	},
}

var idleLaw = Law{
	Name: "waits-idle",
	Doc:  "Who waits leaves the CPU to others, unless the variant says that it spins.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if v.Spins {
			return "spins while it waits"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		err := breaks(ctx, s, getsOnly(s), roletest.Idles)
		if err == nil && waitsForRoom(s.Variant) == "" {
			err = breaks(ctx, s, putsOnly(s), roletest.Idles)
		}
		return err
	},
}

// waitsForRoom is the excuse of a law about a Put that waits.
func waitsForRoom(v queue.Variant[Item]) string {
	if v.Overflow != patterns.Block {
		return "Put never waits"
	}
	return ""
}

// putsOnly and getsOnly are a side without the other: it waits in the end.
func putsOnly(s Subject) (p plan) {
	for i := range atMost(3, s.Producers) {
		p.puts = append(p.puts, putJob{uint64(i), endless})
	}
	return p
}

func getsOnly(s Subject) plan { return plan{gets: make([]getJob, atMost(3, s.Consumers))} }

func nothing() error { return nil }

// breaks breaks a queue on which one side waits for the other, which is missing, after
// a look at those who wait.
func breaks(ctx context.Context, s Subject, p plan, look func() error) error {
	p.putAs, p.getAs = s.As, s.As
	for _, capacity := range capacities(s.Variant) {
		err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
			c, err := hire(ctx, q, p)
			if err != nil {
				return err
			}
			defer c.dismiss(ctx)
			lawtest.Linger()
			if err := look(); err != nil {
				return err
			}
			sent, got, err := c.giveUp(ctx)
			if err != nil {
				return err
			}
			return allEnded(broken, sent, got)
		})
		if err != nil {
			return fmt.Errorf("capacity %d: %w", capacity, err)
		}
	}
	return nil
}

var cancelLaw = Law{
	Name: "cancels",
	Doc:  "Where the variant says that it cancels, Break by itself releases who waits: nobody is left who does it in the counterpart's place.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if !v.Cancels {
			return "does not say that it cancels"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		err := cancels(ctx, s, getsOnly(s))
		if err == nil && waitsForRoom(s.Variant) == "" {
			err = cancels(ctx, s, putsOnly(s))
		}
		return err
	},
}

func cancels(ctx context.Context, s Subject, p plan) error {
	p.putAs, p.getAs = s.As, s.As
	return s.use(ctx, s.capacity(8), func(q queue.Queue[Item]) error {
		before := roletest.Hold()
		c, err := hire(ctx, q, p)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		lawtest.Linger()
		sent, got, err := c.giveUp(ctx)
		if err == nil {
			err = allEnded(broken, sent, got)
		}
		if err == nil {
			err = before.Restored(ctx)
		}
		return err
	})
}

var brokenLaw = Law{
	Name:   "broken-is-final",
	Doc:    "After Break every Put and Get returns ErrBroken, whatever the queue holds, and Get also where the queue was closed before or is closed then.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		breakThenClose := func(q queue.Queue[Item]) { q.Break(); q.Close() }
		for _, c := range []struct {
			name string
			end  func(queue.Queue[Item])
			puts bool // after Close there must be none
		}{
			{"Break", queue.Queue[Item].Break, true},
			{"Close and Break", func(q queue.Queue[Item]) { q.Close(); q.Break() }, false},
			{"Break and Close", breakThenClose, false},
		} {
			capacity := s.capacity(8)
			for _, items := range []int{capacity / 2, capacity} {
				err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
					if err := putAll(ctx, q, items); err != nil {
						return err
					}
					c.end(q)
					return lawtest.Await(ctx, "Put and Get", func() error { return staysBroken(q, 5*most(capacity), c.puts) })
				})
				if err != nil {
					return fmt.Errorf("with %d items, after %s, %w", items, c.name, err)
				}
			}
		}
		return race{call: "Get", run: getsThen(0, broken), end: breakThenClose}.check(ctx, s)
	},
}

// staysBroken makes so many calls on a queue that is broken: past full, and past empty,
// and more than who stands in for the other side may think will come.
func staysBroken(q queue.Queue[Item], calls int, puts bool) error {
	if puts {
		for range calls {
			if err := q.Put(newItem(0, 0)); !errors.Is(err, queue.ErrBroken) {
				return fmt.Errorf("a Put said %q", endingOf(err))
			}
		}
	}
	for range calls {
		if _, err := q.Get(); !errors.Is(err, queue.ErrBroken) {
			return fmt.Errorf("a Get said %q", endingOf(err))
		}
	}
	return nil
}

var repeatLaw = Law{
	Name:   "endings-repeat",
	Doc:    "Close and Break may be called again, in any order, and Break by several at once.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		closes := func(q queue.Queue[Item]) error { q.Close(); return nil }
		breaks := func(q queue.Queue[Item]) error { q.Break(); return nil }
		crowd := func(q queue.Queue[Item]) error {
			var wg sync.WaitGroup
			errs := make([]error, 4)
			for i := range errs {
				wg.Go(func() { errs[i] = lawtest.Attempt(func() error { q.Break(); return nil }) })
			}
			wg.Wait()
			return errors.Join(errs...)
		}
		type ending = func(queue.Queue[Item]) error
		for _, endings := range [][]ending{{closes, closes}, {breaks, breaks}, {closes, breaks}, {breaks, closes}, {crowd, crowd}} {
			err := s.use(ctx, s.capacity(8), func(q queue.Queue[Item]) (err error) {
				for _, end := range endings {
					err = errors.Join(err, lawtest.Attempt(func() error { return end(q) }))
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	},
}

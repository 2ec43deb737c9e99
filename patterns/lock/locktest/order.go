package locktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"crossover/patterns/lock"
)

var fifoLaw = Law{
	Name: "first-come-first-served",
	Doc:  "Parties, readers or writers, enter in the order in which they began to wait, and who leaves and comes back is last.",
	Excuse: here(func(v lock.Variant) string {
		if v.Fairness != lock.FIFO {
			return "others may overtake"
		}
		return ""
	}),
	// That a party waits cannot be seen from outside, only that it is about to. So it
	// is given time to, and more if the order was wrong: one that is right shows that
	// the lock keeps it, for by chance it is one in ten factorial.
	Check: func(ctx context.Context, s Subject) (err error) {
		for patience := time.Millisecond; patience < 100*time.Millisecond && ctx.Err() == nil; patience *= 2 {
			if err = s.turns(ctx, patience); err == nil || !errors.Is(err, errOrder) {
				return err
			}
		}
		return err
	},
}

func (s Subject) turns(ctx context.Context, patience time.Duration) error {
	for _, t := range []struct {
		waiters int
		reads   bool
	}{{9, false}, {9, true}, {many, false}} {
		err := s.use(ctx, func(g *guarded) error { return inTurn(g, t.waiters, t.reads, patience) })
		if err != nil {
			return err
		}
	}
	return nil
}

var errOrder = errors.New("order")

// inTurn has parties wait for one that is inside, as reader or writer. Every third of
// them reads: two in a row could enter together, in no order.
func inTurn(g *guarded, waiters int, reads bool, patience time.Duration) error {
	ends, err := parties(g, waiters+1)
	if err != nil {
		return err
	}
	back := waiters // the party that leaves and comes back
	as := func(i int) (in, out func() error) {
		switch {
		case i != back && i%3 == 1 || i == back && reads:
			return ends[i].RLock, ends[i].RUnlock
		case i == back: // to try is no way past the others
			return func() error { return tryOrWait(ends[i]) }, ends[i].Unlock
		}
		return ends[i].Lock, ends[i].Unlock
	}
	var mu sync.Mutex // those who are out of turn may be inside together
	var order []int
	errs := make([]error, waiters+1)
	enter := func(i int) {
		in, out := as(i)
		if errs[i] = in(); errs[i] == nil {
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
			errs[i] = out()
		}
	}
	in, out := as(back)
	if err := in(); err != nil {
		return err
	}
	var waiting sync.WaitGroup
	for i := range waiters {
		asks := make(chan struct{})
		waiting.Go(func() {
			close(asks)
			enter(i)
		})
		<-asks
		time.Sleep(patience)
	}
	if err := out(); err != nil {
		return err
	}
	enter(back)
	waiting.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if !slices.IsSorted(order) {
		return fmt.Errorf("%w: parties that came as 0 to %d, each %v after the other, entered as %v", errOrder, back, patience, order)
	}
	return nil
}

var starvesLaw = Law{
	Name: "nobody-starves",
	Doc:  "However often others enter, readers or writers, each party gets in.",
	Excuse: here(func(v lock.Variant) string {
		if v.Fairness == lock.Barging {
			return "others may overtake for ever"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		for _, readers := range []int{0, 1, 3} {
			err := s.use(ctx, func(g *guarded) error { return allGetIn(ctx, g, readers) })
			if err != nil {
				return fmt.Errorf("%d of 4 parties read: %w", readers, err)
			}
		}
		return nil
	},
}

// allGetIn lets parties enter without a pause until each has been in often
// enough.
func allGetIn(ctx context.Context, g *guarded, readers int) error {
	const all, enough = 4, 20
	ends, err := parties(g, all)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, g.Break)()
	var missing atomic.Int32
	missing.Store(all)
	reports := make([]report, all)
	errs := make([]error, all)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			for missing.Load() > 0 && errs[i] == nil && ctx.Err() == nil {
				errs[i] = reports[i].enter(ends[i], g.Data, i < readers)
				if reports[i].Entries == enough {
					missing.Add(-1)
				}
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("entries %v: %w", entries(reports), context.Cause(ctx))
	}
	return errors.Join(errs...)
}

func entries(reports []report) (n []int) {
	for _, r := range reports {
		n = append(n, r.Entries)
	}
	return n
}

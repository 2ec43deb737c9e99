package locktest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
)

var separateLaw = Law{
	Name:   "locks-separate",
	Doc:    "Each lock made is new: free, and not another's.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(a *guarded) error {
			return s.use(ctx, func(b *guarded) error {
				for _, g := range []*guarded{a, b} {
					p, err := g.Party()
					if err != nil {
						return err
					}
					if err := tries(p, true); err != nil {
						return fmt.Errorf("the other lock: %w", err)
					}
					defer p.Unlock()
				}
				return nil
			})
		})
	},
}

var tryLaw = Law{
	Name:   "try-never-waits",
	Doc:    "TryLock says no while anybody is inside, reader or writer, the caller included, and yes when nobody is. It does not wait.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		for _, reads := range []bool{false, true} {
			err := s.use(ctx, func(g *guarded) error {
				ends, err := parties(g, 2)
				if err != nil {
					return err
				}
				_, leave, err := holding(ctx, s, g, reads)
				if err != nil {
					return err
				}
				err = lawtest.Await(ctx, "TryLock", func() error { return declined(ends, reads && s.Shares) })
				if err := errors.Join(err, leave()); err != nil {
					return err
				}
				if err := tries(ends[0], true); err != nil {
					return err
				}
				if err := tries(ends[1], false); err != nil {
					return err
				}
				if err := tries(ends[0], false); err != nil { // the system may grant it its own lock again
					return fmt.Errorf("who is inside: %w", err)
				}
				return ends[0].Unlock()
			})
			if err != nil {
				return fmt.Errorf("holder reads %v: %w", reads, err)
			}
		}
		return nil
	},
}

// declined checks that TryLock says no to somebody inside, and to two: readers may
// be counted.
func declined(ends []lock.Locker, shared bool) error {
	err := tries(ends[0], false)
	if err != nil || !shared {
		return err
	}
	if err := ends[1].RLock(); err != nil {
		return err
	}
	if err := tries(ends[0], false); err != nil {
		return fmt.Errorf("two readers inside: %w", err)
	}
	return ends[1].RUnlock()
}

// tries checks what TryLock says.
func tries(p lock.Locker, want bool) error {
	got, err := p.TryLock()
	if err != nil {
		return fmt.Errorf("TryLock: %w", err)
	}
	if got != want {
		return fmt.Errorf("TryLock said %v, want %v", got, want)
	}
	return nil
}

var strangerLaw = Law{
	Name: "strangers-refused",
	Doc:  "A party that is not inside, or has tried or waited in vain, gets ErrNotHeld from Unlock and RUnlock, and who is inside stays alone there.",
	Excuse: everywhere(func(v lock.Variant) string {
		if !v.Owned {
			return "does not know who is inside"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(g *guarded) error {
			ends, err := parties(g, 2)
			if err != nil {
				return err
			}
			if err := refused(ends[0]); err != nil {
				return fmt.Errorf("nobody inside: %w", err)
			}
			// A stranger from now on, but one that has been inside.
			if err := tries(ends[0], true); err != nil {
				return err
			}
			if err := ends[0].Unlock(); err != nil {
				return err
			}
			if err := refused(ends[0]); err != nil {
				return fmt.Errorf("nobody inside any more: %w", err)
			}
			_, leave, err := holding(ctx, s, g, false)
			if err != nil {
				return err
			}
			err = errors.Join(refused(ends[0]), tries(ends[1], false))
			if err == nil { // the second has tried in vain: it is a stranger as well
				err = errors.Join(refused(ends[1]), tries(ends[0], false))
			}
			if err := errors.Join(err, leave()); err != nil {
				return fmt.Errorf("another inside: %w", err)
			}
			if err := refused(ends[0]); err != nil || !s.Cancels {
				return err
			}
			return refusedAfterBreak(ctx, g, ends)
		})
	},
}

// refusedAfterBreak has a party wait until the lock is broken: it was never inside.
func refusedAfterBreak(ctx context.Context, g *guarded, ends []lock.Locker) error {
	if err := ends[0].Lock(); err != nil {
		return err
	}
	err := lawtest.Await(ctx, "Lock as the lock was broken", func() error {
		end := func() { lawtest.Linger(); g.Break() }
		return lawtest.Meet(0, end, func() error { return refuses("Lock", ends[1].Lock) })
	})
	if err == nil {
		err = refused(ends[1])
	}
	if err := errors.Join(err, ends[0].Unlock()); err != nil {
		return fmt.Errorf("having waited in vain: %w", err)
	}
	return nil
}

func refused(p lock.Locker) error {
	if err := p.Unlock(); !errors.Is(err, lock.ErrNotHeld) {
		return fmt.Errorf("an Unlock by a stranger said %q", endingOf(err))
	}
	if err := p.RUnlock(); !errors.Is(err, lock.ErrNotHeld) {
		return fmt.Errorf("an RUnlock by a stranger said %q", endingOf(err))
	}
	return nil
}

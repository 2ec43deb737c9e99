package locktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var idleLaw = Law{
	Name: "waits-idle",
	Doc:  "Who waits leaves the CPU to others, unless the variant says that it spins.",
	Excuse: here(func(v lock.Variant) string {
		if v.Spins {
			return "spins while it waits"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(g *guarded) error {
			ends, err := parties(g, 1)
			if err != nil {
				return err
			}
			if err := ends[0].Lock(); err != nil {
				return err
			}
			c, err := hire(ctx, s, g, slices.Repeat([]job{{Entries: 1}}, 2)...)
			if err != nil {
				return errors.Join(err, ends[0].Unlock())
			}
			defer c.dismiss(ctx)
			lawtest.Linger()
			if err := errors.Join(roletest.Idles(), ends[0].Unlock()); err != nil {
				return err
			}
			reports, err := c.finish(ctx)
			if err != nil {
				return err
			}
			return allEnded(reports, finished)
		})
	},
}

var breakLaw = Law{
	Name:   "break-wakes",
	Doc:    "Who waits when the lock is broken returns ErrBroken; who is inside can still leave.",
	Excuse: everywhere(cancels),
	Check: func(ctx context.Context, s Subject) error {
		if err := s.use(ctx, breaks(ctx, s)); err != nil || s.As == role.Process {
			return err
		}
		for round := range 2000 * lawtest.Soak() {
			err := s.use(ctx, func(g *guarded) error { return breaksAsOneComes(ctx, g, round) })
			if err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		return nil
	},
}

// breaksAsOneComes breaks a lock at about the moment at which a party begins to wait.
func breaksAsOneComes(ctx context.Context, g *guarded, round int) error {
	ends, err := parties(g, 2)
	if err != nil {
		return err
	}
	if err := ends[0].Lock(); err != nil {
		return err
	}
	name, enter := "Lock", ends[1].Lock
	if round%2 == 1 {
		name, enter = "RLock", ends[1].RLock
	}
	err = lawtest.Await(ctx, name+" as the lock was broken", func() error {
		return lawtest.Meet(round, g.Break, func() error { return refuses(name, enter) })
	})
	return errors.Join(err, ends[0].Unlock())
}

// breaks breaks a lock for which parties wait.
func breaks(ctx context.Context, s Subject) func(*guarded) error {
	return func(g *guarded) error {
		ends, err := parties(g, 1)
		if err != nil {
			return err
		}
		if err := ends[0].Lock(); err != nil {
			return err
		}
		waiters := 9
		if s.As == role.Process {
			waiters = 3
		}
		jobs := make([]job, waiters)
		for i := range jobs {
			jobs[i] = job{Entries: 1, Reads: i % 2}
		}
		c, err := hire(ctx, s, g, jobs...)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		lawtest.Linger()
		reports, err := c.giveUp(ctx)
		err = errors.Join(err, ends[0].Unlock())
		if err != nil {
			return err
		}
		return allEnded(reports, broken)
	}
}

var brokenLaw = Law{
	Name:   "broken-is-final",
	Doc:    "After Break every call that would enter returns ErrBroken, held or free.",
	Excuse: here(cancels),
	Check: func(ctx context.Context, s Subject) error {
		for _, held := range []bool{false, true} {
			err := s.use(ctx, func(g *guarded) error {
				ends, err := parties(g, 2)
				if err != nil {
					return err
				}
				if held {
					if err := ends[0].Lock(); err != nil {
						return err
					}
				}
				g.Break()
				if err := refusesAll(ctx, ends[1]); err != nil {
					return err
				}
				if held {
					if err := ends[0].Unlock(); err != nil {
						return fmt.Errorf("leaving after Break: %w", err)
					}
				}
				return refusesAll(ctx, ends[1])
			})
			if err != nil {
				return fmt.Errorf("held %v: %w", held, err)
			}
		}
		return nil
	},
}

// refusesAll checks that nobody gets in any more.
func refusesAll(ctx context.Context, p lock.Locker) error {
	try := func() error { _, err := p.TryLock(); return err }
	for name, enter := range map[string]func() error{"Lock": p.Lock, "RLock": p.RLock, "TryLock": try} {
		if err := lawtest.Await(ctx, name+" after Break", func() error { return refuses(name, enter) }); err != nil {
			return err
		}
	}
	return nil
}

func refuses(name string, enter func() error) error {
	if err := enter(); !errors.Is(err, lock.ErrBroken) {
		return fmt.Errorf("after Break, %s said %q", name, endingOf(err))
	}
	return nil
}

var repeatLaw = Law{
	Name:   "break-repeats",
	Doc:    "Break may be called again, and by several at once.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(g *guarded) error {
			var wg sync.WaitGroup
			errs := make([]error, 4)
			for i := range errs {
				wg.Go(func() {
					errs[i] = lawtest.Attempt(func() error { g.Break(); g.Break(); return nil })
				})
			}
			wg.Wait()
			return errors.Join(errs...)
		})
	},
}

var ignoredLaw = Law{
	Name: "break-ignored",
	Doc:  "Break does nothing to a lock whose waiters cannot give up: they wait for the holder, and who comes later enters.",
	Excuse: everywhere(func(v lock.Variant) string {
		if v.Cancels {
			return "gives up on Break"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, func(g *guarded) error {
			ends, err := parties(g, 2)
			if err != nil {
				return err
			}
			if err := ends[0].Lock(); err != nil {
				return err
			}
			g.Data.Writers.Add(1)
			c, err := hire(ctx, s, g, job{Entries: 2}, job{Entries: 2})
			if err != nil {
				return errors.Join(err, ends[0].Unlock())
			}
			defer c.dismiss(ctx)
			lawtest.Linger()
			g.Break()
			lawtest.Linger()
			err = tries(ends[1], false)
			g.Data.Writers.Add(-1)
			if err := errors.Join(err, ends[0].Unlock()); err != nil {
				return err
			}
			reports, err := c.finish(ctx)
			if err != nil {
				return err
			}
			return errors.Join(allEnded(reports, finished), apart(g.Data, reports))
		})
	},
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After Release there is no goroutine, descriptor, mapping or file left over, however the lock ended.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		uses := map[string]func(*guarded) error{
			"released unused": func(*guarded) error { return nil },
			"used": func(g *guarded) error {
				c, err := hire(ctx, s, g, job{Entries: 20}, job{Entries: 20})
				if err != nil {
					return err
				}
				defer c.dismiss(ctx)
				_, err = c.finish(ctx)
				return err
			},
		}
		if s.Cancels {
			uses["broken"] = breaks(ctx, s)
		}
		for name, use := range uses {
			if err := roletest.LeavesNothing(ctx, func() error { return s.use(ctx, use) }); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	},
}

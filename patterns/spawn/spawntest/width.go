package spawntest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/spawn"
)

// bounded is the excuse of a law about the bound, unbounded that of its opposite.
func bounded(v Variant) string {
	if !v.Bounded {
		return "not bounded"
	}
	return ""
}

func unbounded(v Variant) string {
	if v.Bounded {
		return "bounded"
	}
	return ""
}

var boundLaw = Law{
	Name:   "bound-kept",
	Doc:    "There are never more workers at once than the limit, and as many as that.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Variant) error {
		for _, limit := range []int{1, 3} {
			err := try(ctx, v, spawn.Options{Limit: limit, Starters: 3}, func(t *trial) error {
				s := t.start(ctx, spawn.NewHold(limit), t.args(100))
				if err := s.full(); err != nil {
					return err
				}
				lawtest.Linger()
				if n := s.hold.Arrived(); n > limit {
					return fmt.Errorf("%d workers came to the hold", n)
				}
				s.hold.Release()
				if err := s.join(); err != nil {
					return err
				}
				if noted, err := t.diary.Read(); err != nil || noted.Most > limit {
					return fmt.Errorf("%d workers ran at once (%v)", noted.Most, err)
				}
				return s.judge()
			})
			if err != nil {
				return fmt.Errorf("limit %d: %w", limit, err)
			}
		}
		return nil
	},
}

var allLaw = Law{
	Name:   "all-at-once",
	Doc:    "All workers of a Spawn run at once: each may wait for all others.",
	Excuse: unbounded,
	Check: func(ctx context.Context, v Variant) error {
		o := roomy
		o.Limit = 1
		return try(ctx, v, o, func(t *trial) error {
			n := some(v, 100)
			s := t.start(ctx, spawn.NewHold(n), t.args(n))
			if err := s.full(); err != nil {
				return err
			}
			s.hold.Release()
			if err := s.join(); err != nil {
				return err
			}
			return s.judge()
		})
	},
}

var holdLaw = Law{
	Name:   "held-until-released",
	Doc:    "Workers wait in the hold before they run the body, however long; once it is released, nobody waits.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, roomy, func(t *trial) error {
			for range 2 {
				const n = 4
				s := t.start(ctx, spawn.NewHold(n), t.args(n))
				if err := s.full(); err != nil {
					return err
				}
				lawtest.Linger()
				noted, err := t.diary.Read()
				if err != nil {
					return err
				}
				begun := errand.Times(noted.Begun)
				for _, a := range s.args {
					if begun[a.ID] > 0 {
						return errors.New("a worker ran its body in the hold")
					}
				}
				if s.returned() {
					return fmt.Errorf("the Spawn returned while workers were held: %v", s.ends)
				}
				s.hold.Release()
				if err := s.join(); err != nil {
					return err
				}
				if err := s.judge(); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

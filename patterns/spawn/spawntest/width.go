package spawntest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/role"
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
	Doc:    "There are never more workers at once than the limit, of all Spawns together, and as many as that.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Variant) error {
		for _, limit := range []int{1, 3} {
			err := try(ctx, v, spawn.Options{Limit: limit, Starters: 3}, func(t *trial) error {
				if err := t.fill(limit, 100); err != nil {
					return err
				}
				if err := t.share(limit); err != nil {
					return fmt.Errorf("two Spawns: %w", err)
				}
				noted, err := t.diary.Read()
				if err != nil {
					return err
				}
				if noted.Most > limit {
					return fmt.Errorf("%d workers ran at once", noted.Most)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("limit %d: %w", limit, err)
			}
		}
		return nil
	},
}

// fill spawns n workers, of which as many come to the hold as the limit says, and no
// more.
func (t *trial) fill(limit, n int) error {
	s := t.start(t.ctx, spawn.NewHold(limit), t.args(n))
	defer s.hold.Release()
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
	return s.judge()
}

// share spawns once more while the workers of another Spawn are held, as many as the
// limit says.
func (t *trial) share(limit int) error {
	first := t.start(t.ctx, spawn.NewHold(limit), t.args(limit))
	defer first.hold.Release()
	if err := first.full(); err != nil {
		return err
	}
	second := t.start(t.ctx, spawn.NewHold(1), t.args(limit))
	defer second.hold.Release()
	lawtest.Linger()
	if n := second.hold.Arrived(); n > 0 {
		return fmt.Errorf("%d workers came to the hold", limit+n)
	}
	first.hold.Release()
	second.hold.Release()
	for _, s := range []*spawning{first, second} {
		if err := s.join(); err != nil {
			return err
		}
		if err := s.judge(); err != nil {
			return err
		}
	}
	return nil
}

// goesOn checks that whatever has happened to it before, the spawner has as many
// workers at once as when it was new, and no more.
func (t *trial) goesOn(v Variant) error {
	if !v.Bounded {
		return t.do(t.args(4))
	}
	if err := t.fill(t.limit, t.limit+2); err != nil {
		return fmt.Errorf("afterwards: %w", err)
	}
	return nil
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
			if v.As == role.Goroutine { // who costs least
				n = 1200
			}
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

package lock_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role"
)

// A parent has the lock when two processes come for it, keeps it until they have had
// time to wait, and lets them print.
var parents = lawtest.RegisterParents("lock", lawtest.Crossing(lock.Variants(),
	func(v lock.Variant) patterns.Info { return v.Info },
	func(v lock.Variant) error {
		l, err := v.New()
		if err != nil {
			return err
		}
		g, err := lock.Guard[page](l, role.Process)
		if err != nil {
			return err
		}
		p, err := g.Party()
		if err != nil {
			return err
		}
		if err := p.Lock(); err != nil {
			return err
		}
		gate := role.NewGate(2)
		var printers []*role.Handle[struct{}]
		for _, name := range []string{"worker 1", "worker 2"} {
			h, err := printer.Start(context.Background(), gate, role.Options{As: role.Process}, g, name)
			if err != nil {
				return err
			}
			printers = append(printers, h)
		}
		if err := gate.Open(context.Background()); err != nil {
			return err
		}
		lawtest.Linger()
		if err := p.Unlock(); err != nil {
			return err
		}
		for _, h := range printers {
			if _, err := h.Join(); err != nil {
				return err
			}
		}
		if g.Data.Used != 4 {
			err = fmt.Errorf("two workers printed %d lines, want 4", g.Data.Used)
		}
		return errors.Join(err, g.Release())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

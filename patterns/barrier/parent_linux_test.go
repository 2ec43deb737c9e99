package barrier_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"crossover/patterns"
	"crossover/patterns/barrier"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

// A parent meets two processes again and again, and once keeps them waiting.
var parents = lawtest.RegisterParents("barrier", lawtest.Crossing(barrier.Variants(),
	func(v barrier.Variant) patterns.Info { return v.Info },
	func(v barrier.Variant) error {
		const phases = 20
		b, err := v.New(3)
		if err != nil {
			return err
		}
		var workers []*role.Handle[int]
		for i := range 2 {
			w, err := worker.Start(context.Background(), nil, role.Options{As: role.Process}, barrier.At(b, i), phases)
			if err != nil {
				return err
			}
			workers = append(workers, w)
		}
		for phase := range phases {
			if phase == phases/2 {
				lawtest.Linger()
			}
			if err := barrier.At(b, 2).Wait(); err != nil {
				return fmt.Errorf("phase %d: %w", phase, err)
			}
		}
		for i, w := range workers {
			r, joined := w.Join()
			if err = errors.Join(err, joined); joined == nil && r.Out != phases {
				err = errors.Join(err, fmt.Errorf("worker %d passed %d phases, want %d", i, r.Out, phases))
			}
		}
		return errors.Join(err, b.Release())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

package spawn_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/spawn"
)

// A parent spawns workers, and once more, with some that are there already perhaps.
var parents = lawtest.RegisterParents("spawn", lawtest.Crossing(spawn.Variants[int, string](),
	func(v spawn.Variant[int, string]) patterns.Info { return v.Info },
	func(v spawn.Variant[int, string]) error {
		s, err := v.New(greet, spawn.Options{Starters: 2, Ready: 1})
		if err != nil {
			return err
		}
		for range 2 {
			for i, end := range s.Spawn(context.Background(), nil, []int{0, 1}) {
				if want := fmt.Sprint("called function from worker ", i); end.Err != nil || end.Out != want {
					err = errors.Join(err, fmt.Errorf("worker %d: %q, %v", i, end.Out, end.Err))
				}
			}
		}
		return errors.Join(err, s.Release())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

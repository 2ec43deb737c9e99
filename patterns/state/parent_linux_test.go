package state_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
)

// A parent has a process own a number, lets several add to it, and leaves it idle.
var parents = lawtest.RegisterParents("state", lawtest.Crossing(state.Variants[int](),
	func(v state.Variant[int]) patterns.Info { return v.Info },
	func(v state.Variant[int]) error {
		s, err := v.New(byInt, state.Options{Owner: role.Options{As: role.Process}})
		if err != nil {
			return err
		}
		const callers, calls = 4, 100
		var all sync.WaitGroup
		var errs [callers]error
		for c := range callers {
			all.Go(func() {
				for range calls {
					_, err := s.Add(0, 1)
					errs[c] = errors.Join(errs[c], err)
				}
			})
		}
		all.Wait()
		lawtest.Linger()
		got, err := s.Get(0)
		if err == nil && got != callers*calls {
			err = fmt.Errorf("%d calls added up to %d", callers*calls, got)
		}
		return errors.Join(errors.Join(errs[:]...), err, s.Close())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

package pool_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
)

// A parent maps, with workers that are replaced meanwhile.
var parents = lawtest.RegisterParents("pool", lawtest.Crossing(pool.Variants[int, int](),
	func(v pool.Variant[int, int]) patterns.Info { return v.Info },
	func(v pool.Variant[int, int]) error {
		p, err := v.New(square, pool.Options{Workers: 2, Chunk: 1, MaxTasks: 2})
		if err != nil {
			return err
		}
		out, err := p.Map(context.Background(), []int{1, 2, 3, 4, 5})
		if err == nil && !slices.Equal(out, []int{1, 4, 9, 16, 25}) {
			err = fmt.Errorf("the squares of 1 to 5 are %v", out)
		}
		return errors.Join(err, p.Close())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

package spawn

import (
	"context"

	"golang.org/x/sync/errgroup"

	"crossover/patterns"
	"crossover/patterns/role"
)

// errgroupSpawner is an errgroup without a limit.
//
// Guarantees: all workers run at once. Costs: those of the go statement, and a
// function that returns an error nobody keeps: the group keeps the first one only,
// while Spawn says of each worker how it ended. Breaks when: that first error is
// all there is to see, and it is not the one that mattered.
//
// Source: golang.org/x/sync/errgroup.
type errgroupSpawner[In, Out any] struct{ body *Body[In, Out] }

func errgroupVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "errgroup",
			Summary:    "errgroup, no limit",
			File:       "errgroup.go",
			Source:     "golang.org/x/sync/errgroup",
			Tier:       patterns.X,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As: role.Goroutine,
		New: func(b *Body[In, Out], _ Options) (Spawner[In, Out], error) {
			return errgroupSpawner[In, Out]{b}, nil
		},
	}
}

func (s errgroupSpawner[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers errgroup.Group
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		workers.Go(func() error {
			s.body.run(hold, args[i], &ends[i])
			return ends[i].Err
		})
	}
	workers.Wait()
	return ends
}

func (s errgroupSpawner[In, Out]) Release() error { return nil }

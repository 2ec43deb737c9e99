package spawn

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"

	"crossover/patterns"
	"crossover/patterns/role"
)

// semSpawner starts a goroutine for every argument, but not before a weighted
// semaphore lets it.
//
// Guarantees: never more than Limit workers, of all Spawns together; whoever
// spawns feels the backpressure, and is let go when its context ends. Costs: the
// semaphore's lock twice a worker, and a channel where there is a wait. Breaks
// when: a worker waits for one that is not started before it ends.
//
// Source: golang.org/x/sync/semaphore.
type semSpawner[In, Out any] struct {
	body  *Body[In, Out]
	slots *semaphore.Weighted
}

func semVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "sem",
			Summary:    "goroutine behind a weighted semaphore",
			File:       "sem.go",
			Source:     "golang.org/x/sync/semaphore",
			Tier:       patterns.X,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		Bounded: true,
		As:      role.Goroutine,
		New: func(b *Body[In, Out], o Options) (Spawner[In, Out], error) {
			if o.Limit < 1 {
				return nil, fmt.Errorf("at most %d workers at once: at least 1 is needed", o.Limit)
			}
			return &semSpawner[In, Out]{b, semaphore.NewWeighted(int64(o.Limit))}, nil
		},
	}
}

func (s *semSpawner[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if s.slots.Acquire(ctx, 1) != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		workers.Go(func() {
			defer s.slots.Release(1) // deferred: a body may end its goroutine
			s.body.run(hold, args[i], &ends[i])
		})
	}
	workers.Wait()
	return ends
}

func (s *semSpawner[In, Out]) Release() error { return nil }

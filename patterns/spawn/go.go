package spawn

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// goSpawner is the go statement and a sync.WaitGroup, as it has been written
// since Go 1.
//
// Guarantees: all workers run at once. Costs: a stack of 2 KiB and some hundred
// bytes beside it, and a turn of the scheduler. Breaks when: an Add is forgotten,
// or made inside the goroutine, where it may come after Wait; a body panics, which
// ends the program unless something recovers it, as Body.run does here; a body
// needs a deep stack, which each new goroutine has to grow again.
//
// Source: the go statement; package sync, WaitGroup.
type goSpawner[In, Out any] struct{ body *Body[In, Out] }

func goVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "go",
			Summary:    "go statement, WaitGroup.Add and Done",
			File:       "go.go",
			Source:     "package sync, WaitGroup",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As: role.Goroutine,
		New: func(b *Body[In, Out], _ Options) (Spawner[In, Out], error) {
			return goSpawner[In, Out]{b}, nil
		},
	}
}

func (s goSpawner[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		workers.Add(1)
		go func() {
			defer workers.Done()
			s.body.run(hold, args[i], &ends[i])
		}()
	}
	workers.Wait()
	return ends
}

func (s goSpawner[In, Out]) Release() error { return nil }

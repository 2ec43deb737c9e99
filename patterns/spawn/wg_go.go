package spawn

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// wgGo is WaitGroup.Go: Add, go and Done in one call that cannot be got wrong.
//
// Guarantees and costs: those of the go statement with a WaitGroup; the closure
// is one more call deep. Breaks when: a body panics and nothing recovers it.
//
// Source: package sync, WaitGroup.Go (Go 1.25; golang/go#63796).
type wgGo[In, Out any] struct{ body *Body[In, Out] }

func wgGoVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "wg.go",
			Summary:    "sync.WaitGroup.Go",
			File:       "wg_go.go",
			Source:     "package sync, WaitGroup.Go",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As: role.Goroutine,
		New: func(b *Body[In, Out], _ Options) (Spawner[In, Out], error) {
			return wgGo[In, Out]{b}, nil
		},
	}
}

func (s wgGo[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		workers.Go(func() { s.body.run(hold, args[i], &ends[i]) })
	}
	workers.Wait()
	return ends
}

func (s wgGo[In, Out]) Release() error { return nil }

package spawn

import (
	"context"
	"runtime"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// threadSpawner starts a goroutine that takes an OS thread for itself and never
// gives it back, so that the thread ends with it.
//
// Guarantees: a worker may change its thread as it likes (its affinity, its
// namespaces, what a C library keeps in it), for nobody gets it afterwards.
// Costs: creating and ending a thread, its kernel and g0 stacks, and a switch
// between threads wherever it waits. Breaks when: there are 10,000 threads, at
// which the runtime ends the program (runtime/debug.SetMaxThreads).
//
// Source: package runtime, LockOSThread; golang/go#20395.
type threadSpawner[In, Out any] struct{ body *Body[In, Out] }

func threadVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "thread",
			Summary:    "goroutine locked to a new OS thread",
			File:       "thread.go",
			Source:     "package runtime, LockOSThread",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As: role.Thread,
		New: func(b *Body[In, Out], _ Options) (Spawner[In, Out], error) {
			return threadSpawner[In, Out]{b}, nil
		},
	}
}

func (s threadSpawner[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		workers.Go(func() {
			runtime.LockOSThread() // and no unlock: that would give the thread back
			s.body.run(hold, args[i], &ends[i])
		})
	}
	workers.Wait()
	return ends
}

func (s threadSpawner[In, Out]) Release() error { return nil }

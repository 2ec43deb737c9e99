package spawn

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// reuse hands an argument to a goroutine that has nothing to do, and starts one
// only if there is none.
//
// Guarantees: all workers run at once. Costs: a channel operation and the switch
// to a parked goroutine, instead of a new one; the stacks of all that ever ran at
// once, until Release. Breaks when: a burst leaves a crowd of idle goroutines
// behind, or one idles for good because Release was forgotten; a body relies on
// its goroutine ending, as locked threads do.
//
// It pays where bodies need deep stacks: a stack once grown stays so.
//
// Source: grpc-go, server.go (serverWorkerChannel); fasthttp, workerpool.go.
type reuse[In, Out any] struct {
	body    *Body[In, Out]
	idle    chan errand[In, Out] // whoever receives has nothing to do
	workers sync.WaitGroup
}

// errand is what a goroutine is handed.
type errand[In, Out any] struct {
	hold *Hold
	in   In
	end  *End[Out]
	done *sync.WaitGroup
}

func reuseVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "reuse",
			Summary:    "idle goroutine if there is one, else a new one",
			File:       "reuse.go",
			Source:     "grpc-go, serverWorkerChannel; fasthttp, workerpool",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Keeps: true,
		As:    role.Goroutine,
		New: func(b *Body[In, Out], o Options) (Spawner[In, Out], error) {
			s := &reuse[In, Out]{body: b, idle: make(chan errand[In, Out])}
			for range o.Ready {
				s.workers.Go(s.work)
			}
			return s, nil
		},
	}
}

func (s *reuse[In, Out]) work() {
	for e := range s.idle {
		s.do(e)
	}
}

func (s *reuse[In, Out]) do(e errand[In, Out]) {
	defer e.done.Done() // deferred: a body may end its goroutine
	s.body.run(e.hold, e.in, e.end)
}

func (s *reuse[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var done sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		done.Add(1)
		e := errand[In, Out]{hold, args[i], &ends[i], &done}
		select {
		case s.idle <- e:
		default:
			s.workers.Go(func() {
				s.do(e)
				s.work()
			})
		}
	}
	done.Wait()
	return ends
}

func (s *reuse[In, Out]) Release() error {
	close(s.idle)
	s.workers.Wait()
	return nil
}

//go:build unix

package spawn

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// starters is os.StartProcess by several goroutines at once.
//
// Guarantees: those of exec; in which order workers are started is left open.
// Costs: those of startprocess. What the starters overlap is making pipes and
// waiting for exec to be reported; fork itself they do one after the other, for
// package syscall holds its ForkLock over it. Breaks when: it is used for a few
// processes, whose own start takes longer than all of this.
//
// Source: package syscall, ForkLock.
type starters[In, Out any] struct{ crew[In, Out] }

func startersVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "starters",
			Summary:    "os.StartProcess by several goroutines",
			File:       "starters_unix.go",
			Source:     "package syscall, ForkLock",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As: role.Process,
		New: func(b *Body[In, Out], o Options) (Spawner[In, Out], error) {
			if o.Starters < 1 {
				return nil, fmt.Errorf("%d starters: at least 1 is needed", o.Starters)
			}
			return &starters[In, Out]{crew[In, Out]{body: b, o: o}}, nil
		},
	}
}

func (s *starters[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(s.o.Starters, len(args)) {
		workers.Go(func() {
			for i := int(next.Add(1) - 1); i < len(args); i = int(next.Add(1) - 1) {
				if ctx.Err() != nil {
					notStarted(ctx, hold, ends[i:i+1])
					continue
				}
				p, err := s.start()
				workers.Go(func() { s.once(p, err, hold, args[i], &ends[i]) })
			}
		})
	}
	workers.Wait()
	return ends
}

func (s *starters[In, Out]) Release() error { return nil }

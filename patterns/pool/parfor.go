package pool

import (
	"context"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// parfor is a parallel for loop: up to Workers goroutines, started for each Map,
// take chunks of the index range off an atomic counter.
//
// Guarantees: the bound, for each Map by itself; nothing to close, nothing idle.
// Costs: Workers goroutines a Map, or threads that are made and ended for it, an
// atomic add a chunk. Breaks when: the chunk is so large that the last one keeps
// everybody waiting.
//
// Source: OpenMP's schedule(dynamic, chunk).
type parfor[In, Out any] struct {
	f    *Func[In, Out]
	o    Options
	door door
}

func parforVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "parfor",
			Summary:    "parallel for over chunks off an atomic index",
			File:       "parfor.go",
			Source:     "OpenMP schedule(dynamic)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Bounded:    true,
		Reuses:     true,
		Executions: []role.As{role.Goroutine, role.Thread},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Goroutine, role.Thread); err != nil {
				return nil, err
			}
			return &parfor[In, Out]{f: f, o: o}, nil
		},
	}
}

func (p *parfor[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	chunk := min(p.o.Chunk, max(len(in), 1)) // or the sums below overflow
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(p.o.Workers, (len(in)+chunk-1)/chunk) {
		i, end := 0, 0 // kept outside: a task may end the goroutine in mid-chunk
		steadily(&workers, p.o.As, func() {
			for ctx.Err() == nil {
				if i == end {
					end = int(next.Add(int64(chunk)))
					i = end - chunk
					end = min(end, len(in))
					if i >= len(in) {
						return
					}
				}
				i++
				r.run(p.f, in, i-1)
			}
		})
	}
	workers.Wait()
	return r.result(ctx)
}

func (p *parfor[In, Out]) Close() error {
	p.door.close()
	return nil
}

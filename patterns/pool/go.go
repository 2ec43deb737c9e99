package pool

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// goPool starts a goroutine for every task.
//
// Guarantees: a task never waits for another, so that tasks may wait for each
// other. Costs: a goroutine a task, to be started, scheduled and ended, and its
// stack of 2 KiB or more for as long as it runs. Breaks when: tasks arrive faster
// than they end. Nothing holds them back, memory is the bound, and what they share
// (a database, the scheduler's run queues) meets all of them at once.
//
// Source: the go statement; sync.WaitGroup.Go.
type goPool[In, Out any] struct {
	f    *Func[In, Out]
	door door
}

func goVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "go",
			Summary:    "goroutine per task, unbounded",
			File:       "go.go",
			Source:     "sync.WaitGroup.Go",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Executions: []role.As{role.Goroutine},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if _, err := o.As.Among(role.Goroutine); err != nil {
				return nil, err
			}
			return &goPool[In, Out]{f: f}, nil
		},
	}
}

func (p *goPool[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	var tasks sync.WaitGroup
	for i := range in {
		if ctx.Err() != nil {
			break
		}
		tasks.Go(func() { r.run(p.f, in, i) })
	}
	tasks.Wait()
	return r.result(ctx)
}

func (p *goPool[In, Out]) Close() error {
	p.door.close()
	return nil
}

package pool

import (
	"context"

	"golang.org/x/sync/errgroup"

	"crossover/patterns"
	"crossover/patterns/role"
)

// errgroupPool runs tasks in an errgroup with a limit.
//
// Guarantees: the bound, for each Map by itself. Costs: those of a goroutine
// per task behind a semaphore. Breaks when: Go blocks at the limit and cannot be
// cancelled there; a task that never ends keeps Map from seeing that ctx has.
//
// The group's own error is not used: it keeps the first one only and cancels
// the rest, while a Map lists all.
//
// Source: golang.org/x/sync/errgroup, SetLimit.
type errgroupPool[In, Out any] struct {
	f     *Func[In, Out]
	limit int
	door  door
}

func errgroupVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "errgroup",
			Summary:    "errgroup with SetLimit",
			File:       "errgroup.go",
			Source:     "golang.org/x/sync/errgroup",
			Tier:       patterns.X,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Bounded:    true,
		Executions: []role.As{role.Goroutine},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Goroutine); err != nil {
				return nil, err
			}
			return &errgroupPool[In, Out]{f: f, limit: o.Workers}, nil
		},
	}
}

func (p *errgroupPool[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	var tasks errgroup.Group
	tasks.SetLimit(p.limit)
	for i := range in {
		if ctx.Err() != nil {
			break
		}
		tasks.Go(func() error {
			if ctx.Err() == nil { // it may have ended while Go waited for a slot
				r.run(p.f, in, i)
			}
			return nil
		})
	}
	if err := tasks.Wait(); err != nil {
		return nil, err
	}
	return r.result(ctx)
}

func (p *errgroupPool[In, Out]) Close() error {
	p.door.close()
	return nil
}

package pool

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// goSem starts a goroutine for every task, but never more than Workers at once:
// a buffered channel counts those that run.
//
// Guarantees: the bound; the caller feels the backpressure. Costs: a goroutine a
// task, and two channel operations. Breaks when: a task waits for a later one of
// the same Map, which may not get its turn.
//
// Source: Effective Go, "Channels" (a buffered channel used as a semaphore).
type goSem[In, Out any] struct {
	f     *Func[In, Out]
	slots chan struct{}
	door  door
}

func goSemVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "go.sem",
			Summary:    "goroutine per task behind a semaphore channel",
			File:       "go_sem.go",
			Source:     "Effective Go, Channels",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Bounded:    true,
		Executions: []role.As{role.Goroutine},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Goroutine); err != nil {
				return nil, err
			}
			return &goSem[In, Out]{f: f, slots: make(chan struct{}, o.Workers)}, nil
		},
	}
}

func (p *goSem[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	var tasks sync.WaitGroup
	for i := range in {
		if !p.acquire(ctx) {
			break
		}
		tasks.Go(func() {
			defer func() { <-p.slots }() // deferred: a task may end its goroutine
			r.run(p.f, in, i)
		})
	}
	tasks.Wait()
	return r.result(ctx)
}

// acquire waits for a slot; false says that ctx ended first.
func (p *goSem[In, Out]) acquire(ctx context.Context) bool {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil { // select tosses a coin between two that are ready
		<-p.slots
		return false
	}
	return true
}

func (p *goSem[In, Out]) Close() error {
	p.door.close()
	return nil
}

package pool

import (
	"context"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// workersChan is a fixed set of goroutines that take tasks off a channel.
//
// Guarantees: the bound, for all Maps together; the caller feels the
// backpressure. Costs: a channel operation a task; the workers' stacks while
// idle. On threads the workers are started once as well, and wherever one waits
// there is a switch between threads. Breaks when: it is never closed, and its
// workers leak. A Map whose ctx has ended still waits for a worker to throw its
// tasks out of the channel, behind the tasks of other Maps.
//
// The channel holds 64 tasks: with none, each task would cost a switch between
// goroutines.
//
// Source: the worker pool of gobyexample.com and of countless services.
type workersChan[In, Out any] struct {
	f       *Func[In, Out]
	tasks   chan assigned[In, Out]
	door    door
	workers sync.WaitGroup
}

// assigned is one task of one Map.
type assigned[In, Out any] struct {
	m *mapCall[In, Out]
	i int
}

// mapCall is a Map under way.
type mapCall[In, Out any] struct {
	ctx  context.Context
	in   []In
	r    *results[In, Out]
	left sync.WaitGroup
}

func workersChanVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "workers.chan",
			Summary:    "fixed workers on a channel",
			File:       "workers_chan.go",
			Source:     "the Go blog, Pipelines and cancellation",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Bounded:    true,
		Reuses:     true,
		Executions: []role.As{role.Goroutine, role.Thread},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if err := o.check(role.Goroutine, role.Thread); err != nil {
				return nil, err
			}
			p := &workersChan[In, Out]{f: f, tasks: make(chan assigned[In, Out], 64)}
			for range o.Workers {
				steadily(&p.workers, o.As, p.work)
			}
			return p, nil
		},
	}
}

func (p *workersChan[In, Out]) work() {
	for t := range p.tasks {
		t.m.do(p.f, t.i)
	}
}

// do runs task i, unless ctx ended while it waited for a worker.
func (m *mapCall[In, Out]) do(f *Func[In, Out], i int) {
	defer m.left.Done()
	if m.ctx.Err() == nil {
		m.r.run(f, m.in, i)
	}
}

func (p *workersChan[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	m := &mapCall[In, Out]{ctx: ctx, in: in, r: newResults[In, Out](len(in))}
	m.left.Add(len(in))
	for i := range in {
		// Not a select with ctx.Done, which costs as much again: a worker that finds
		// ctx ended skips the task, so that room comes soon.
		if ctx.Err() != nil {
			m.left.Add(i - len(in))
			break
		}
		p.tasks <- assigned[In, Out]{m, i}
	}
	m.left.Wait()
	return m.r.result(ctx)
}

func (p *workersChan[In, Out]) Close() error {
	if p.door.close() {
		close(p.tasks)
	}
	p.workers.Wait()
	return nil
}

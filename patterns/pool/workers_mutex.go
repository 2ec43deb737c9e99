package pool

import (
	"context"
	"slices"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// workersMutex is a fixed set of goroutines that take Maps off a list guarded by
// a mutex. The list holds Maps and not tasks: a worker takes the next index of
// the first one.
//
// Guarantees: the bound, for all Maps together, first come first served. Costs:
// a lock a task, and no waiting while there are tasks; on threads a switch between
// them wherever a worker waits, for the lock too. Breaks when: tasks are so short,
// and workers so many, that the lock is all they do.
//
// Source: the monitor of Hoare (1974), with sync.Cond.
type workersMutex[In, Out any] struct {
	f       *Func[In, Out]
	door    door
	workers sync.WaitGroup

	mu     sync.Mutex
	wake   sync.Cond // a Map has come, or the pool is closed
	maps   []*mutexMap[In, Out]
	closed bool
}

// mutexMap is a Map under way.
type mutexMap[In, Out any] struct {
	mapCall[In, Out]
	next int // the first task nobody has taken; belongs to the pool's lock
}

func workersMutexVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "workers.mutex",
			Summary:    "fixed workers on a mutex-guarded list",
			File:       "workers_mutex.go",
			Source:     "Hoare, Monitors (1974); sync.Cond",
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
			p := &workersMutex[In, Out]{f: f}
			p.wake.L = &p.mu
			for range o.Workers {
				steadily(&p.workers, o.As, p.work)
			}
			return p, nil
		},
	}
}

func (p *workersMutex[In, Out]) work() {
	for m, i := p.take(); m != nil; m, i = p.take() {
		m.do(p.f, i)
	}
}

// take waits for a task; nil says that the pool is closed.
func (p *workersMutex[In, Out]) take() (m *mutexMap[In, Out], i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.maps) == 0 {
		if p.closed {
			return nil, 0
		}
		p.wake.Wait()
	}
	m = p.maps[0]
	i = m.next
	m.next++
	if m.next == len(m.in) {
		p.maps[0] = nil
		p.maps = p.maps[1:]
	}
	return m, i
}

func (p *workersMutex[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	m := &mutexMap[In, Out]{mapCall: mapCall[In, Out]{ctx: ctx, in: in, r: newResults[In, Out](len(in))}}
	if len(in) > 0 {
		m.left.Add(len(in))
		p.mu.Lock()
		p.maps = append(p.maps, m)
		p.mu.Unlock()
		p.wake.Broadcast()
		defer context.AfterFunc(ctx, func() { p.withdraw(m) })()
		m.left.Wait()
	}
	return m.r.result(ctx)
}

// withdraw takes a Map off the list, so that it need not wait for those before it.
func (p *workersMutex[In, Out]) withdraw(m *mutexMap[In, Out]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.maps, m); at >= 0 {
		p.maps = slices.Delete(p.maps, at, at+1)
		m.left.Add(m.next - len(m.in))
	}
}

func (p *workersMutex[In, Out]) Close() error {
	p.door.close()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.wake.Broadcast()
	p.workers.Wait()
	return nil
}

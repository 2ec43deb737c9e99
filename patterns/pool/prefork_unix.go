//go:build unix

package pool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// prefork is a fixed set of worker processes, started beforehand and fed chunks
// of tasks over pipes, each worker by a goroutine that minds it.
//
// Guarantees: a task that exits or is killed harms only the chunk it is in: all
// of the chunk is listed as failed, none of it is tried again, for nobody can
// tell what had been done. A new worker takes the dead one's place, and that of
// one that has done its MaxTasks.
// Costs: a round trip over pipes a chunk; inputs and results cross as gob. Memory of
// a whole Go process a worker. And whenever one that was idle gets a chunk, its
// runtime's monitor (sysmon) begins again to look every few dozen µs, for a
// millisecond: of chunks about that long, this is most of what they cost beside the work.
// Breaks when: chunks are so small that the round trip outweighs the work, or so
// large that the last one keeps everybody waiting. A Map whose context ends waits
// for the chunks handed over, tasks of theirs that have not begun included.
//
// Source: Python's multiprocessing.Pool(processes, maxtasksperchild=MaxTasks)
// .map(f, in, chunksize); the preforking servers of Unix.
type prefork[In, Out any] struct {
	f     *Func[In, Out]
	o     Options
	jobs  chan chunk[In, Out]
	door  door
	minds sync.WaitGroup

	mu      sync.Mutex
	workers []*processWorker // by minder; nil while there is none
	buried  time.Duration    // processor time of workers that are gone
	closing error            // of workers that did not end well
}

// chunk is a run of tasks of one Map.
type chunk[In, Out any] struct {
	ctx   context.Context // of the Map
	in    []In
	first int
	to    *results[In, Out]
	left  *sync.WaitGroup // of the Map
}

func preforkVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "prefork",
			Summary:    "fixed worker processes, fed chunks over pipes",
			File:       "prefork_unix.go",
			Source:     "Python multiprocessing.Pool; preforking servers",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Bounded:    true,
		Reuses:     true,
		Executions: []role.As{role.Process},
		New:        newPrefork[In, Out],
	}
}

func newPrefork[In, Out any](f *Func[In, Out], o Options) (Pool[In, Out], error) {
	if err := o.check(role.Process); err != nil {
		return nil, err
	}
	p := &prefork[In, Out]{f: f, o: o, jobs: make(chan chunk[In, Out]), workers: make([]*processWorker, o.Workers)}
	gate := role.NewGate(o.Workers)
	starting, giveUp := context.WithCancelCause(context.Background())
	defer giveUp(nil)
	for i := range p.workers {
		var err error
		if p.workers[i], err = startWorker(f, o, gate); err != nil {
			giveUp(err)
			break
		}
	}
	if err := gate.Open(starting); err != nil {
		for i := range p.workers {
			p.bury(i)
		}
		return nil, fmt.Errorf("starting %d worker processes: %w", o.Workers, err)
	}
	for i := range p.workers {
		p.minds.Go(func() { p.mind(i) })
	}
	return p, nil
}

func (p *prefork[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if err := p.door.enter(); err != nil {
		return nil, err
	}
	defer p.door.leave()
	r := newResults[In, Out](len(in))
	var left sync.WaitGroup
	for first := 0; first < len(in) && ctx.Err() == nil; first += p.o.Chunk {
		end := min(first+p.o.Chunk, len(in))
		left.Add(1)
		select {
		case p.jobs <- chunk[In, Out]{ctx, in[first:end], first, r, &left}:
		case <-ctx.Done():
			left.Done()
		}
	}
	left.Wait()
	return r.result(ctx)
}

// mind feeds one worker, and replaces it when it dies.
func (p *prefork[In, Out]) mind(i int) {
	for c := range p.jobs {
		if c.ctx.Err() == nil {
			if err := p.try(i, c); err != nil {
				for k := range c.in {
					c.to.fail(c.first+k, err)
				}
			}
		}
		c.left.Done()
		if w := p.workers[i]; w != nil && p.o.MaxTasks > 0 && w.done >= p.o.MaxTasks {
			p.retire(i)
			// Now and not with the next chunk, which would wait for it. If it cannot be
			// started, that chunk will say so.
			p.start(i)
		}
	}
	p.retire(i)
}

// retire ends worker i, if there is one, because it is no longer needed. That it
// did not end well is for Close to say.
func (p *prefork[In, Out]) retire(i int) {
	if err := p.bury(i); err != nil {
		p.mu.Lock()
		p.closing = errors.Join(p.closing, err)
		p.mu.Unlock()
	}
}

// start gives minder i a new worker.
func (p *prefork[In, Out]) start(i int) error {
	w, err := startWorker(p.f, p.o, nil)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.workers[i] = w
	p.mu.Unlock()
	return nil
}

// try has worker i do a chunk. An error means the worker is gone, and the chunk
// with it.
func (p *prefork[In, Out]) try(i int, c chunk[In, Out]) error {
	if w := p.workers[i]; w != nil && !w.handle.Alive() {
		p.bury(i) // it died idle: nothing is lost yet
	}
	if p.workers[i] == nil {
		if err := p.start(i); err != nil {
			return err
		}
	}
	p.workers[i].done += len(c.in)
	var a answer[Out]
	if err := p.workers[i].ask(assignment[In]{c.in}, &a); err != nil {
		if died := p.bury(i); died != nil {
			return died
		}
		return err
	}
	if len(a.Results) != len(c.in) {
		return fmt.Errorf("%d results for %d tasks", len(a.Results), len(c.in))
	}
	copy(c.to.out[c.first:], a.Results)
	for _, f := range a.Failed {
		c.to.fail(c.first+f.Task, f.err())
	}
	return nil
}

// bury ends worker i, if there is one, and keeps its account.
func (p *prefork[In, Out]) bury(i int) error {
	w := p.workers[i]
	if w == nil {
		return nil
	}
	err := w.end()
	used, cpuErr := w.handle.CPU()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers[i] = nil // at once with the next line, or what it used would be nowhere meanwhile
	if cpuErr == nil {
		p.buried += used
	}
	return err
}

// WorkersCPU is the processor time of all worker processes so far.
func (p *prefork[In, Out]) WorkersCPU() (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := p.buried
	for _, w := range p.workers {
		if w == nil {
			continue
		}
		used, err := w.handle.CPU()
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

func (p *prefork[In, Out]) Close() error {
	if p.door.close() {
		close(p.jobs)
	}
	p.minds.Wait()
	return p.closing
}

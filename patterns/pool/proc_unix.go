//go:build unix

package pool

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// procPool starts a worker process for every task.
//
// Guarantees: a task that panics, exits, corrupts its memory or is killed harms
// nobody else, and nothing it leaves in memory is seen by the next.
// Costs: starting a Go process for every task, milliseconds; inputs and results
// cross as JSON.
// Breaks when: there are more tasks than the system has room for processes. All
// of a Map's are started at once; tasks whose process cannot be started are
// listed as failed.
//
// Source: Python's multiprocessing.Process in a loop; os/exec.
type procPool[In, Out any] struct {
	f     *Func[In, Out]
	o     Options
	slots chan struct{} // bounds the processes running at once; nil: nothing does

	door door
	used atomic.Int64 // ns of processor time of the tasks' processes
}

func procVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "proc",
			Summary:    "a process per task, all at once",
			File:       "proc_unix.go",
			Source:     "os/exec; Python multiprocessing.Process",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		New: func(f *Func[In, Out], o Options) (Pool[In, Out], error) {
			if _, err := o.As.Among(role.Process); err != nil {
				return nil, err
			}
			return &procPool[In, Out]{f: f, o: o}, nil
		},
	}
}

func (p *procPool[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
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
			defer p.leaveSlot()
			var err error
			if r.out[i], err = p.run(in[i]); err != nil {
				r.fail(i, err)
			}
		})
	}
	tasks.Wait()
	return r.result(ctx)
}

// run does one task in a process of its own. It is not tied to the Map's
// context: a task that is begun is waited for.
func (p *procPool[In, Out]) run(in In) (out Out, err error) {
	h, err := p.f.once.Start(context.Background(), nil, role.Options{As: role.Process, GOMAXPROCS: p.o.GOMAXPROCS}, none{}, in)
	if err != nil {
		return out, err
	}
	report, err := h.Join()
	if cpu, cpuErr := h.CPU(); cpuErr == nil {
		p.used.Add(int64(cpu))
	}
	return report.Out, err
}

// acquire waits for a slot; false says that ctx ended first.
func (p *procPool[In, Out]) acquire(ctx context.Context) bool {
	if p.slots == nil {
		return ctx.Err() == nil
	}
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

func (p *procPool[In, Out]) leaveSlot() {
	if p.slots != nil {
		<-p.slots
	}
}

// WorkersCPU is the processor time of all processes so far.
func (p *procPool[In, Out]) WorkersCPU() (time.Duration, error) {
	return time.Duration(p.used.Load()), nil
}

func (p *procPool[In, Out]) Close() error {
	p.door.close()
	return nil
}

package peers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"crossover/bench"
	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/role"
)

// Pools returns the peers of package pool.
func Pools[In, Out any]() []pool.Variant[In, Out] {
	return []pool.Variant[In, Out]{
		pooled[In, Out](antsInfo, newAnts),
		pooled[In, Out](pondInfo, newPond),
		pooled[In, Out](concInfo, newConc),
		pooled[In, Out](workerpoolInfo, newWorkerpool),
		pooled[In, Out](gopoolInfo, newGopool),
	}
}

// submitter is what the libraries have in common: they run closures, so many at a
// time.
type submitter interface {
	submit(task func()) error
	// close waits for what was submitted and ends the workers.
	close()
}

// pooled is a library's pool as a variant.
func pooled[In, Out any](info patterns.Info, start func(workers int) (submitter, error)) pool.Variant[In, Out] {
	info.Tier = patterns.Lib
	info.Survives = patterns.SurvivesPanic
	return pool.Variant[In, Out]{
		Info:       info,
		Bounded:    true,
		Reuses:     true,
		Executions: []role.As{role.Goroutine},
		New: func(f *pool.Func[In, Out], o pool.Options) (pool.Pool[In, Out], error) {
			if _, err := o.As.Among(role.Goroutine); err != nil {
				return nil, fmt.Errorf("%s: %w", info.Name, err)
			}
			if o.Workers < 1 || o.Chunk < 1 {
				return nil, fmt.Errorf("%s: %d workers, chunks of %d: at least 1 is needed", info.Name, o.Workers, o.Chunk)
			}
			s, err := start(o.Workers)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", info.Name, err)
			}
			return &mapper[In, Out]{f: f, workers: s}, nil
		},
	}
}

// mapper makes Maps of closures.
type mapper[In, Out any] struct {
	f       *pool.Func[In, Out]
	workers submitter

	mu     sync.Mutex
	closed bool
	maps   sync.WaitGroup
	ending sync.Once
}

func (m *mapper[In, Out]) Map(ctx context.Context, in []In) ([]Out, error) {
	if !m.enter() {
		return nil, pool.ErrClosed
	}
	defer m.maps.Done()
	out := make([]Out, len(in))
	var failed failures
	var left sync.WaitGroup
	for i := range in {
		if ctx.Err() != nil {
			break
		}
		left.Add(1)
		err := m.workers.submit(func() {
			defer left.Done()
			if ctx.Err() == nil {
				failed.note(i, func() error {
					result, err := m.f.Call(in[i])
					if err == nil { // what a task that fails leaves is no result
						out[i] = result
					}
					return err
				})
			}
		})
		if err != nil {
			left.Done()
			failed.add(i, err)
		}
	}
	left.Wait()
	if ctx.Err() != nil {
		return out, context.Cause(ctx)
	}
	return out, failed.sorted()
}

func (m *mapper[In, Out]) enter() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.maps.Add(1)
	return true
}

func (m *mapper[In, Out]) Close() error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.maps.Wait()
	m.ending.Do(m.workers.close) // who comes second waits for the first
	return nil
}

// failures collects what went wrong in one Map.
type failures struct {
	mu  sync.Mutex
	all pool.Failures
}

var errGoexit = errors.New("task called runtime.Goexit")

// note runs a task and keeps its error, also if it ends its goroutine.
func (f *failures) note(i int, task func() error) {
	err := errGoexit
	defer func() {
		if err != nil {
			f.add(i, err)
		}
	}()
	err = task()
}

func (f *failures) add(i int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, pool.TaskError{Index: i, Err: err})
}

func (f *failures) sorted() error {
	if len(f.all) == 0 {
		return nil
	}
	slices.SortFunc(f.all, func(a, b pool.TaskError) int { return a.Index - b.Index })
	return f.all
}

// poolTable is the peers for the tasks of cases and of laws.
func poolTable() bench.PoolTable {
	return bench.PoolTable{
		Bench: Pools[bench.Task, bench.Result](),
		Law:   Pools[pooltest.Task, pooltest.Result](),
		Breaks: lawtest.Breaks{
			// Their workers do not outlive a task that ends its goroutine, and are not
			// replaced: with all of them gone the next Map waits for ever.
			"workerpool/goroutine": {"goexit-listed": "hang"},
			"gopool/goroutine":     {"goexit-listed": "hang"},
		},
	}
}

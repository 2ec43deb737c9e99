package pooltest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// bounded is the excuse of a law about the bound, unbounded that of its opposite.
func bounded(v Subject) string {
	if !v.Bounded {
		return "not bounded"
	}
	return ""
}

func unbounded(v Subject) string {
	if v.Bounded {
		return "bounded"
	}
	return ""
}

var boundLaw = Law{
	Name:   "bound-kept",
	Doc:    "Never do more tasks of a Map run at once than there are workers.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Subject) error {
		return eachSizing(ctx, v, sizings(1), func(t *trial) error { return t.staircase(8) })
	},
}

// staircase releases one of n tasks at a time and always waits for the next to begin
// first, so that the pool is as full as it gets for the whole of the Map.
func (t *trial) staircase(n int) error {
	workers := t.workers
	m := t.start(t.ctx, t.held(n))
	for k := range n {
		begun, err := m.await(min(workers+k, n))
		if err != nil {
			return err
		}
		if k == 0 {
			lawtest.Linger() // for one too many to begin
		}
		if err := t.diary.Release(Task{ID: begun[k].ID}); err != nil {
			return err
		}
	}
	if err := m.join(); err != nil {
		return err
	}
	noted, err := t.diary.Read()
	if err != nil {
		return err
	}
	if noted.Most > workers {
		return fmt.Errorf("%d tasks ran at once", noted.Most)
	}
	return judge(m.tasks, m.got, alone)
}

// goesOn checks that whatever has happened to it before, the pool does as many tasks
// at once as it did when it was new, and no more.
func (t *trial) goesOn(v Subject) (err error) {
	d, err := errand.NewDiary() // of its own: tasks that crashed have not ended in the other
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	again := &trial{ctx: t.ctx, pool: t.pool, workers: t.workers, chunk: t.chunk, diary: d}
	n := t.workers + 1
	switch {
	case !v.Bounded:
		err = again.meet(again.held(n), n)
	case t.chunk == 1:
		err = again.staircase(n)
	default:
		err = again.meet(again.held(t.workers*t.chunk), t.workers)
	}
	if err != nil {
		return fmt.Errorf("afterwards: %w", err)
	}
	return nil
}

var widthLaw = Law{
	Name:   "workers-at-once",
	Doc:    "As many tasks run at once as there are workers, be the last chunk whole or not: they may wait for each other.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Subject) error {
		return eachSizing(ctx, v, sizings(1, 4), func(t *trial) error {
			whole := t.held(t.workers * t.chunk)
			if err := t.meet(whole, t.workers); err != nil {
				return err
			}
			if t.chunk == 1 {
				return nil
			}
			if err := t.meet(t.held((t.workers-1)*t.chunk+1), len(whole)+t.workers); err != nil {
				return fmt.Errorf("one task in the last chunk: %w", err)
			}
			return nil
		})
	},
}

var tailLaw = Law{
	Name:   "last-tasks-meet",
	Doc:    "Single tasks handed over, the last of a Map run at once too, one to a worker: none waits behind another while a worker is idle.",
	Excuse: bounded,
	Check: func(ctx context.Context, v Subject) error {
		err := eachSizing(ctx, v, sizings(1), func(t *trial) error {
			begun := 0
			for _, n := range []int{t.workers, 11} {
				tasks := t.tasks(n)
				last := tasks[n-t.workers:]
				for i := range last {
					last[i].Held = true
				}
				begun += n
				if err := t.meet(tasks, begun); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || v.As == role.Process {
			return err
		}
		return v.meetOften(ctx)
	},
}

// meetOften has the last tasks of one Map after the other meet, thousands where they cost
// next to nothing: a worker that goes while another is about to begin a task is missing
// only now and then.
func (v Subject) meetOften(ctx context.Context) error {
	const workers = 4
	p, err := v.New(meet, pool.Options{As: v.As, Workers: workers, Chunk: 1})
	if err != nil {
		return err
	}
	t := &trial{ctx: ctx, pool: p, workers: workers, chunk: 1} // without a diary, which would take longer than all else
	search := time.Duration(lawtest.Soak()) * 150 * time.Millisecond
	for start := time.Now(); time.Since(start) < search; {
		tasks := t.tasks(workers + rand.N(3*workers))
		for i := range workers {
			tasks[len(tasks)-1-i].Held = true
		}
		all := &meeting{ctx: ctx, expected: workers, full: make(chan struct{})}
		current.Store(all)
		if err := t.do(tasks); err != nil {
			return errors.Join(fmt.Errorf("%d of the last %d tasks of %d met: %w", all.came.Load(), workers, len(tasks), err), t.close())
		}
	}
	return t.close()
}

// meet is work whose held tasks return when as many have begun as are expected at the
// current meeting. It is for workers in this process.
var (
	current atomic.Pointer[meeting]
	meet    = pool.Named("pooltest.meet", func(t Task) (Result, error) {
		if t.Held {
			current.Load().attend()
		}
		return Result{Value: t.Value()}, nil
	})
)

type meeting struct {
	ctx      context.Context // ends it
	expected int64
	came     atomic.Int64
	full     chan struct{}
}

func (m *meeting) attend() {
	if m.came.Add(1) == m.expected {
		close(m.full)
	}
	select {
	case <-m.full:
	case <-m.ctx.Done():
	}
}

var unboundedLaw = Law{
	Name:   "all-at-once",
	Doc:    "All tasks of a Map run at once, whatever the number of workers: each may wait for all others.",
	Excuse: unbounded,
	Check: func(ctx context.Context, v Subject) error {
		n := manyOrFew(v, 1200, 8)
		return try(ctx, v, pool.Options{Workers: 1, Chunk: 1}, func(t *trial) error { return t.meet(t.held(n), n) })
	},
}

// meet maps tasks of which the held ones do not return until so many tasks of the
// trial have begun.
func (t *trial) meet(tasks []Task, begun int) error {
	m := t.start(t.ctx, tasks)
	if _, err := m.await(begun); err != nil {
		return err
	}
	if err := t.diary.Release(m.tasks...); err != nil {
		return err
	}
	if err := m.join(); err != nil {
		return err
	}
	return judge(m.tasks, m.got, alone)
}

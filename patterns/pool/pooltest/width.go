package pooltest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

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

var optionsLaw = Law{
	Name:   "options-checked",
	Doc:    "An execution that the variant has not is refused; and where it is bounded so are fewer than one worker, chunks of less than one task, and worker processes for less than no task.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		for _, as := range []role.As{role.Goroutine, role.Thread, role.Process} {
			if slices.Contains(v.Executions, as) {
				continue
			}
			if p, err := v.New(work, pool.Options{As: as, Workers: 1, Chunk: 1}); err == nil {
				p.Close()
				return fmt.Errorf("workers as %s were accepted", as)
			}
		}
		if !v.Bounded {
			return nil
		}
		bad := []pool.Options{{Workers: 0, Chunk: 1}, {Workers: -1, Chunk: 1}, {Workers: 1, Chunk: 0}, {Workers: 1, Chunk: -1}}
		if v.As == role.Process {
			bad = append(bad, pool.Options{Workers: 1, Chunk: 1, MaxTasks: -1})
		}
		for _, o := range bad {
			if p, err := v.open(o); err == nil {
				p.Close()
				return fmt.Errorf("%d workers, chunks of %d and MaxTasks %d were accepted", o.Workers, o.Chunk, o.MaxTasks)
			}
		}
		return nil
	},
}

var placeLaw = Law{
	Name:   "place-as-said",
	Doc:    "Tasks run as asked: in this process, on a thread of their worker's own or not, or in worker processes with the GOMAXPROCS asked for; with workers that replace others too.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		const procs = 3
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1, GOMAXPROCS: procs}, func(t *trial) error {
			if err := t.placed(v, procs); err != nil {
				return err
			}
			var end errand.Fate // of workers
			switch v.As {
			case role.Process:
				end = errand.Exits
			case role.Thread:
				end = errand.Goexits
			default:
				return nil
			}
			if err := t.do(t.fated(2, end, func(int) bool { return true })); err != nil {
				return err
			}
			if err := t.placed(v, procs); err != nil {
				return fmt.Errorf("after tasks that were to %s: %w", end, err)
			}
			return nil
		})
	},
}

// placed checks where tasks run.
func (t *trial) placed(v Subject, procs int) error {
	m := t.start(t.ctx, t.tasks(2))
	if err := m.join(); err != nil {
		return err
	}
	if err := judge(m.tasks, m.got, alone); err != nil {
		return err
	}
	for _, r := range m.got.out {
		switch here := r.Pid == os.Getpid(); {
		case here == (v.As == role.Process):
			return fmt.Errorf("runs as %s, and a task ran in process %d; this one is %d", v.As, r.Pid, os.Getpid())
		case here && r.Locked != (v.As == role.Thread):
			return fmt.Errorf("runs as %s, and that a worker is locked to its thread is %t", v.As, r.Locked)
		case !here && r.Procs != procs:
			return fmt.Errorf("a worker process has GOMAXPROCS=%d, want %d", r.Procs, procs)
		}
	}
	return nil
}

var reusedLaw = Law{
	Name:   "reused-as-said",
	Doc:    "Each task has a worker of its own; or workers do one after the other, where they are said to outlive a task.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		const n = 6
		return try(ctx, v, pool.Options{Workers: 1, Chunk: 1}, func(t *trial) error {
			for maps := 1; ; maps++ { // a worker may find no task waiting, and go
				m := t.start(ctx, t.tasks(n))
				err := m.join()
				if ctx.Err() != nil {
					return fmt.Errorf("waiting for a worker to do a second task, in Map %d: %w", maps, context.Cause(ctx))
				}
				if err != nil {
					return err
				}
				if err := judge(m.tasks, m.got, alone); err != nil {
					return err
				}
				workers := map[string]bool{}
				for _, r := range m.got.out {
					workers[r.Worker()] = true
				}
				switch {
				case !v.Reuses && len(workers) < n:
					return fmt.Errorf("%d tasks had %d workers, want one each", n, len(workers))
				case !v.Reuses || len(workers) < n:
					return nil
				}
			}
		})
	},
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
		return eachSizing(ctx, v, sizings(1), func(t *trial) error {
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
	},
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

var retireLaw = Law{
	Name: "retired-in-time",
	Doc:  "No worker process is given another chunk after MaxTasks tasks; one that has done them is replaced, none before, and nothing is lost.",
	Excuse: func(v Subject) string {
		if v.As != role.Process {
			return "no worker processes"
		}
		return ""
	},
	Check: func(ctx context.Context, v Subject) error {
		const most = 4
		n := manyOrFew(v, 12, 4)
		return eachSizing(ctx, v, []pool.Options{{Workers: 2, Chunk: 1, MaxTasks: most}, {Workers: 2, Chunk: 3, MaxTasks: most}}, func(t *trial) error {
			done := map[int]int{}
			for range 2 {
				m := t.start(ctx, t.tasks(n))
				if err := m.join(); err != nil {
					return err
				}
				if err := judge(m.tasks, m.got, alone); err != nil {
					return err
				}
				for _, r := range m.got.out {
					done[r.Pid]++
				}
			}
			short := 0 // of tasks, as the last ones are
			for pid, tasks := range done {
				if tasks < most {
					short++
				}
				if tasks > most+t.chunk-1 {
					return fmt.Errorf("worker process %d did %d tasks, at most %d in chunks of %d were asked for", pid, tasks, most, t.chunk)
				}
			}
			if v.Reuses && short > t.workers {
				return fmt.Errorf("%d worker processes did fewer than %d tasks, and there are %d", short, most, t.workers)
			}
			return nil
		})
	},
}

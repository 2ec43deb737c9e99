package pooltest

import (
	"context"
	"fmt"
	"os"
	"slices"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

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

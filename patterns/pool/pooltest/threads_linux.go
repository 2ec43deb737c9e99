package pooltest

import (
	"context"
	"fmt"
	"os"
	"time"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var threadLaw = Law{
	Name: "threads-end",
	Doc:  "A worker's thread ends with it: what tasks have done to it nobody gets afterwards.",
	Excuse: func(v Subject) string {
		if v.As != role.Thread {
			return "no threads of their own"
		}
		return ""
	},
	Check: func(ctx context.Context, v Subject) error {
		defer roletest.HoldFirstThread()() // or all tasks may be done there, and nothing be seen
		workers := map[int]bool{}
		err := try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			m := t.start(ctx, t.tasks(8))
			if err := m.join(); err != nil {
				return err
			}
			for _, r := range m.got.out {
				workers[r.Thread] = true
			}
			return judge(m.tasks, m.got, alone)
		})
		if err != nil {
			return err
		}
		delete(workers, os.Getpid()) // the runtime puts a process's first thread to sleep for good
		for thread := range workers {
			if err := gone(ctx, thread); err != nil {
				return err
			}
		}
		return nil
	},
}

// gone waits until a thread has ended.
func gone(ctx context.Context, thread int) error {
	for {
		if _, err := os.Stat(fmt.Sprint("/proc/self/task/", thread)); err != nil {
			return nil
		}
		select {
		case <-time.After(errand.Interval):
		case <-ctx.Done():
			return fmt.Errorf("waiting for thread %d to end: %w", thread, context.Cause(ctx))
		}
	}
}

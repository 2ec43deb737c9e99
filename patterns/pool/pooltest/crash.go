package pooltest

import (
	"context"

	"crossover/patterns"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// survivesCrash is the excuse of a law about tasks that take their process along.
func survivesCrash(v Subject) string {
	if v.Survives != patterns.SurvivesCrash {
		return "does not survive a crash"
	}
	return ""
}

var crashLaw = Law{
	Name:   "crash-listed",
	Doc:    "A task that exits, be it with 0, or is killed is listed with a *role.ExitError, and with it at most the rest of its chunk; the others are completed, and the pool goes on with as many workers as before.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Subject) error {
		return eachSizing(ctx, v, []pool.Options{{Workers: 1, Chunk: 1}, {Workers: 2, Chunk: 3}}, func(t *trial) error {
			n := manyOrFew(v, 7, 5)
			for _, f := range errand.Crashing { // more crashes than workers: each is replaced
				m := t.start(ctx, t.fated(n, f, func(i int) bool { return i == 0 || i == 4 }))
				if err := m.join(); err != nil {
					return err
				}
				if err := judge(m.tasks, m.got, sharesChunk(m.tasks, t.chunk)); err != nil {
					return err
				}
			}
			return t.goesOn(v)
		})
	},
}

var goexitLaw = Law{
	Name:   "goexit-listed",
	Doc:    "A task that calls runtime.Goexit, and so takes its goroutine with it, is listed; in a worker process the rest of its chunk may be lost with it; the others are completed, and the pool goes on with as many workers as before.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return eachSizing(ctx, v, sizings(1, 3), func(t *trial) error {
			n := manyOrFew(v, 8, 4)
			tasks := t.fated(n, errand.Goexits, func(i int) bool { return i%2 == 0 }) // more than there are workers
			lost := alone
			if v.As == role.Process {
				lost = sharesChunk(tasks, t.chunk)
			}
			m := t.start(ctx, tasks)
			if err := m.join(); err != nil {
				return err
			}
			if err := judge(tasks, m.got, lost); err != nil {
				return err
			}
			return t.goesOn(v)
		})
	},
}

// sharesChunk says which tasks are in one chunk with a task that does not
// return.
func sharesChunk(tasks []Task, chunk int) func(i int) bool {
	return func(i int) bool {
		first := i - i%chunk
		for _, t := range tasks[first:min(first+chunk, len(tasks))] {
			if t.Fate != errand.Returns {
				return true
			}
		}
		return false
	}
}

//go:build unix

package pooltest_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"

	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// platformDoubles are those made from pools of worker processes.
func platformDoubles() []double {
	silent := func(pool.Failures) error { return nil }
	all := []double{
		{"options-checked", "takes a negative MaxTasks for none", resized(genuine("prefork"), func(o *pool.Options) { o.MaxTasks = max(o.MaxTasks, 0) }), "1 workers, chunks of 1 and MaxTasks -1 were accepted"},
		{"reused-as-said", "says that processes are reused", claims(genuine("proc.sem"), func(v *variant) { v.Reuses = true }), "hang: waiting for a worker to do a second task"},
		{"reused-as-said", "says that processes are not reused", claims(genuine("prefork"), func(v *variant) { v.Reuses = false }), "6 tasks had 1 workers, want one each"},
		{"place-as-said", "asked for another GOMAXPROCS", resized(genuine("prefork"), func(o *pool.Options) { o.GOMAXPROCS = 1 }), "has GOMAXPROCS=1"},
		{"place-as-said", "asks for another GOMAXPROCS after a crash", after(genuine("prefork"), failed, func(o *pool.Options) { o.GOMAXPROCS = 1 }), "after tasks that were to exit: a worker process has GOMAXPROCS=1"},
		{"crash-listed", "takes an exit with 0 for an answer", failing(genuine("prefork"), withoutQuits), "was to exit with 0 and is not listed"},
		{"crash-listed", "says nothing of it", failing(genuine("prefork"), silent), "was to exit and is not listed"},
		{"crash-listed", "keeps the text only", failing(genuine("proc.sem"), texts), "was to exit and is listed with another error"},
		{"crash-listed", "lists everybody's chunk", resized(genuine("prefork"), func(o *pool.Options) { o.Chunk++ }), "was to return and is listed"},
		{"retired-in-time", "keeps its workers", resized(genuine("prefork"), func(o *pool.Options) { o.MaxTasks = 0 }), "tasks, at most 4 in chunks of 1 were asked for"},
		{"retired-in-time", "replaces them too early", resized(genuine("prefork"), func(o *pool.Options) { o.MaxTasks /= 2 }), "worker processes did fewer than 4 tasks, and there are 2"},
		{"crash-listed", "replaces a worker by two", after(genuine("prefork"), failed, func(o *pool.Options) { o.Workers++ }), "afterwards: 2 tasks ran at once"},
		{"crash-listed", "does not go on", brokenByCrash(genuine("prefork")), "the pool is broken"},
	}
	if runtime.GOOS == "linux" {
		all = append(all,
			double{"threads-end", "gives its threads back", placed(genuine("workers.chan"), role.Thread), "hang: waiting for thread"},
			double{"nothing-left", "lets its workers go later", closing(genuine("prefork"), func(p aPool) error { go p.Close(); return nil }), "left when Close returned"},
			double{"start-all-or-nothing", "leaves a descriptor", halfMade(genuine("prefork")), "descriptors left"},
			double{"start-all-or-nothing", "says nothing of workers that die at once", failing(genuine("proc"), silent), "that workers die at once was not noticed"},
			double{"kill-survived", "says nothing of it", failing(genuine("prefork"), silent), "was to be killed and is not listed"},
			double{"kill-survived", "loses a task of the next Map", spoilsNext(genuine("prefork")), "killed idle: a task was lost each of"},
			double{"kill-survived", "says nothing when it is closed", closing(genuine("prefork"), func(p aPool) error { p.Close(); return nil }), "killed idle: the worker was killed and Close returned <nil>"},
			double{"kill-survived", "does not go on", brokenByCrash(genuine("prefork")), "the pool is broken"},
		)
	}
	return all
}

func withoutQuits(f pool.Failures) error {
	f = slices.DeleteFunc(f, func(t pool.TaskError) bool {
		x := (*role.ExitError)(nil)
		return errors.As(t.Err, &x) && x.State.Success()
	})
	if len(f) == 0 {
		return nil
	}
	return f
}

// halfMade keeps a descriptor where its pool cannot be made.
func halfMade(v variant) variant {
	build := v.New
	v.New = func(f *pool.Func[task, result], o pool.Options) (aPool, error) {
		p, err := build(f, o)
		if err != nil {
			null, _ := os.Open(os.DevNull)
			kept = append(kept, null)
		}
		return p, err
	}
	return v
}

// kept is out of reach of the garbage collector, which would close it.
var kept []*os.File

// spoilsNext is a variant that lists the tasks of a Map as lost if the worker of the Map
// before is gone.
func spoilsNext(v variant) variant {
	return changed(v, func(p aPool) aPool {
		var worker int
		return altered{func(ctx context.Context, in []task) ([]result, error) {
			out, err := p.Map(ctx, in)
			if err == nil && len(in) == 1 {
				last := worker
				if worker = out[0].Pid; last != worker {
					return make([]result, 1), pool.Failures{{Err: &role.ExitError{Pid: last}}}
				}
			}
			return out, err
		}, p.Close}
	})
}

package pool

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"crossover/patterns/role"
)

// errGoexit is the failure of a task that ended its goroutine, as a test's
// FailNow does.
var errGoexit = errors.New("task called runtime.Goexit")

// results collects what becomes of the tasks of one Map. Each slot of out has
// one writer; failures are rare and share a lock.
type results[In, Out any] struct {
	out []Out

	mu       sync.Mutex
	failures Failures
}

func newResults[In, Out any](tasks int) *results[In, Out] {
	return &results[In, Out]{out: make([]Out, tasks)}
}

// run does one task in this process and keeps what becomes of it, also if that
// is a panic or the end of its goroutine.
func (r *results[In, Out]) run(f *Func[In, Out], in []In, i int) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			r.fail(i, &role.PanicError{Value: v, Stack: string(debug.Stack())})
		} else {
			r.fail(i, errGoexit)
		}
	}()
	out, err := f.body(in[i])
	returned = true
	if err != nil {
		r.fail(i, err)
		return
	}
	r.out[i] = out
}

// fail records the error of a task.
func (r *results[In, Out]) fail(task int, err error) {
	var zero Out
	r.out[task] = zero
	r.mu.Lock()
	r.failures = append(r.failures, TaskError{task, err})
	r.mu.Unlock()
}

// result is what Map returns once all tasks that were begun have ended.
func (r *results[In, Out]) result(ctx context.Context) ([]Out, error) {
	if ctx.Err() != nil {
		return r.out, context.Cause(ctx)
	}
	if len(r.failures) > 0 {
		slices.SortFunc(r.failures, func(a, b TaskError) int { return a.Index - b.Index })
		return r.out, r.failures
	}
	return r.out, nil
}

// steadily runs work on a goroutine of the group until it returns, as a thread with an
// OS thread of its own. A task that ends its goroutine gets work started again on
// another.
func steadily(group *sync.WaitGroup, as role.As, work func()) {
	group.Go(func() {
		if as == role.Thread {
			runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		}
		returned := false
		defer func() {
			if !returned {
				steadily(group, as, work)
			}
		}()
		work()
		returned = true
	})
}

package pool

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"crossover/patterns"
	"crossover/patterns/role"
)

// ErrClosed is returned by Map on a closed pool.
var ErrClosed = errors.New("pool is closed")

// Pool applies the function it was made with. It is safe for concurrent use.
type Pool[In, Out any] interface {
	// Map applies the function to every input and returns the results in input
	// order. A task that fails, panics or loses its worker does not stop the
	// others: its result is the zero Out and it is listed in the error, which is
	// then of type Failures. When ctx ends no further task is begun (no
	// further chunk, where workers are processes), those begun are waited for, and
	// the error is ctx's cause, whatever else was to be said, even that all tasks
	// were done: those that were have their results, the others the zero Out.
	// On a closed pool the error is ErrClosed, even if there is no input. A Map that
	// comes as the pool is closed is done whole, or returns that.
	Map(ctx context.Context, in []In) ([]Out, error)
	// Close waits for running Maps, joins all workers and returns what they
	// held. Closing again is allowed, and each Close waits for all of that.
	Close() error
}

// Options size a pool.
type Options struct {
	// As is how the workers run, one of the variant's Executions; "" is the first of
	// them. role.Thread says what threads may do to others where there is one P.
	As role.As
	// Workers is how many tasks run at once. Unbounded variants ignore it.
	Workers int
	// Chunk is how many tasks are handed over at a time, at least 1. Variants
	// that hand over single tasks ignore it.
	Chunk int
	// MaxTasks is after how many tasks a worker process is replaced, at the end of
	// its chunk, at least 1; 0: never. It is for tasks that leak. Workers in this process
	// ignore it.
	MaxTasks int
	// GOMAXPROCS of each worker process; 0 leaves it to the Go runtime.
	GOMAXPROCS int
}

// check refuses other executions than these, and sizes that no bounded pool can have.
func (o Options) check(executions ...role.As) error {
	if _, err := o.As.Among(executions...); err != nil {
		return err
	}
	if o.Workers < 1 {
		return fmt.Errorf("pool with %d workers: at least 1 is needed", o.Workers)
	}
	if o.Chunk < 1 {
		return fmt.Errorf("pool with chunks of %d tasks: at least 1 is needed", o.Chunk)
	}
	if o.MaxTasks < 0 {
		return fmt.Errorf("pool of workers for %d tasks: at least 1 is needed, or 0 for any number", o.MaxTasks)
	}
	return nil
}

// Variant is one row of the table.
type Variant[In, Out any] struct {
	patterns.Info
	// Bounded says whether Workers bounds the tasks running at once.
	Bounded bool
	// Reuses says that workers outlive a task: starting one is not part of its
	// cost.
	Reuses bool
	// Executions are the ways in which the workers can run, the usual one first. A thread
	// is each worker's own, and ends with it.
	Executions []role.As
	// New makes a pool for f.
	New func(f *Func[In, Out], o Options) (Pool[In, Out], error)
}

// Func is a task's body with a name, because a closure cannot cross to another
// process.
type Func[In, Out any] struct {
	body func(In) (Out, error)

	once   *role.Role[none, In, Out]     // one task in a process of its own
	worker *role.Role[*link, none, none] // a process that is fed tasks
}

// none is what a role needs no value for.
type none struct{}

// Named registers body under a name, which must be unique in the program. Call
// it while package variables are initialised, so that a worker process, which
// is this program started again, knows the name too.
func Named[In, Out any](name string, body func(In) (Out, error)) *Func[In, Out] {
	f := &Func[In, Out]{body: body}
	f.once = role.Register("pool.once."+name, role.Transport[none]{}, f.runOnce)
	f.worker = role.Register("pool.worker."+name, linkTransport, f.serve)
	return f
}

// Call runs the body and turns a panic into a *role.PanicError, so that one bad
// task never takes the pool with it.
func (f *Func[In, Out]) Call(in In) (out Out, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &role.PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return f.body(in)
}

// TaskError is what became of one task.
type TaskError struct {
	Index int // position in the inputs
	Err   error
}

func (e TaskError) Error() string { return fmt.Sprintf("task %d: %v", e.Index, e.Err) }
func (e TaskError) Unwrap() error { return e.Err }

// Failures lists the tasks of one Map that failed, by ascending index. The
// others were completed.
type Failures []TaskError

// Error names the first few; the slice holds them all.
func (f Failures) Error() string {
	const shown = 3
	var b strings.Builder
	fmt.Fprintf(&b, "%d tasks failed", len(f))
	for i, e := range f {
		if i == shown {
			fmt.Fprintf(&b, "; and %d more", len(f)-shown)
			break
		}
		fmt.Fprintf(&b, "; %v", e)
	}
	return b.String()
}

// Unwrap makes errors.Is and errors.As reach each task's error.
func (f Failures) Unwrap() []error {
	errs := make([]error, len(f))
	for i, e := range f {
		errs[i] = e
	}
	return errs
}

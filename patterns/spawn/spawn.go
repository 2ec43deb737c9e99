package spawn

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/role"
)

// ErrNotStarted marks a worker that was never started.
var ErrNotStarted = errors.New("worker not started")

// errGoexit is the end of a worker that ended its goroutine, as a test's FailNow
// does.
var errGoexit = errors.New("worker called runtime.Goexit")

// Spawner starts workers that run the body it was made with. It is safe for
// concurrent use.
type Spawner[In, Out any] interface {
	// Spawn starts a worker for every argument, joins them all and says of each, in
	// the order of the arguments, how it ended. A worker that fails, panics or is
	// killed does not stop the others. When ctx ends no further worker is started:
	// those that were not have an error that is ErrNotStarted and ctx's cause;
	// those that were are waited for.
	//
	// With a hold, workers wait in it before they run the body. nil holds nobody.
	Spawn(ctx context.Context, hold *Hold, args []In) []End[Out]
	// Release returns what is kept from one Spawn to the next. Call it last and
	// once, when no Spawn is under way.
	Release() error
}

// End is how a worker ended.
type End[Out any] struct {
	Out Out   // the zero value if it failed
	Err error // the body's own, a *role.PanicError, a *role.ExitError, or ErrNotStarted
}

// Options size a spawner.
type Options struct {
	// Limit is how many workers there may be at once, of all Spawns together. Unbounded
	// variants ignore it.
	Limit int
	// Starters is how many goroutines start workers, where more than one does.
	Starters int
	// Ready is how many workers are started beforehand, where they are kept.
	Ready int
	// GOMAXPROCS of each worker process; 0 leaves it to the Go runtime.
	GOMAXPROCS int
}

// Variant is one row of the table.
type Variant[In, Out any] struct {
	patterns.Info
	// Bounded says that there are never more than Limit workers at once.
	Bounded bool
	// Keeps says that a worker is not ended but given the next argument: what it
	// left in memory is there still.
	Keeps bool
	// As is how workers run.
	As role.As
	// New makes a spawner for a body.
	New func(b *Body[In, Out], o Options) (Spawner[In, Out], error)
}

// Body is what workers do with their argument. It has a name, because a closure
// cannot cross to another process. In and Out cross as JSON.
type Body[In, Out any] struct {
	name    string
	f       func(In) (Out, error)
	program *role.Program // a process that runs it
}

// Named registers f under a name, which must be unique in the program. Call it
// while package variables are initialised, so that a worker process, which is this
// program started again, knows the name too.
func Named[In, Out any](name string, f func(In) (Out, error)) *Body[In, Out] {
	b := &Body[In, Out]{name: name, f: f}
	b.program = role.RegisterProgram("spawn."+name, b.serve)
	return b
}

// run is the whole life of a worker in this process: it waits, works and leaves
// how it ended, also if that is a panic or the end of its goroutine.
func (b *Body[In, Out]) run(hold *Hold, in In, end *End[Out]) {
	hold.pass()
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			end.Err = &role.PanicError{Value: v, Stack: string(debug.Stack())}
		} else {
			end.Err = errGoexit
		}
	}()
	out, err := b.f(in)
	returned = true
	if err != nil {
		end.Err = err
		return
	}
	end.Out = out
}

// notStarted says so of workers that ctx's end has come before.
func notStarted[Out any](ctx context.Context, hold *Hold, ends []End[Out]) {
	for i := range ends {
		ends[i].Err = fmt.Errorf("%w: %w", ErrNotStarted, context.Cause(ctx))
		hold.arrive()
	}
}

// Hold keeps workers between their start and their body, so that it can be seen
// what they cost while they do nothing. It can be used once.
type Hold struct {
	running  chan struct{}
	released chan struct{}
	expected int64
	arrived  atomic.Int64
	release  sync.Once
}

// NewHold makes a hold that expects so many workers.
func NewHold(workers int) *Hold {
	h := &Hold{running: make(chan struct{}), released: make(chan struct{}), expected: int64(workers)}
	if workers == 0 {
		close(h.running)
	}
	return h
}

// Running is closed when all workers that are expected have come to the hold. One
// that was not started, or died on the way, counts as come: nobody waits for it.
func (h *Hold) Running() <-chan struct{} { return h.running }

// Arrived is how many have come so far.
func (h *Hold) Arrived() int { return int(h.arrived.Load()) }

// Release lets all go, those too that come later. It may be called again.
func (h *Hold) Release() { h.release.Do(func() { close(h.released) }) }

// arrive counts a worker, once.
func (h *Hold) arrive() {
	if h != nil && h.arrived.Add(1) == h.expected {
		close(h.running)
	}
}

// pass is a worker's way through. A nil hold is open.
func (h *Hold) pass() {
	if h != nil {
		h.arrive()
		<-h.released
	}
}

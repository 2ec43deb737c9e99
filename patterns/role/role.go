// Package role runs one role (a producer, an echo server, a pool worker) as a
// goroutine, on a locked OS thread, or as an OS process, behind one handle.
//
// Goroutine or process is the main axis of the study, so it is a value here and
// not a second copy of the code. A role is an ordinary function, registered once
// under a name. As a process it is this same binary started again, told by one
// environment variable which role it is; so main, or TestMain, has to call Main
// first of all.
//
// What is guaranteed, whichever way the role runs: a role that returns, fails,
// panics, exits, or is killed is reported by Join, never silently lost; a
// worker process is reaped, its descriptors are closed, and it is gone soon
// after its parent is, however the parent went, unless Options.Orphaned has it
// stay.
package role

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"syscall"
)

// As is the way a role runs.
type As string

const (
	Goroutine As = "goroutine"
	// Thread is a goroutine locked to an OS thread of its own. With GOMAXPROCS=1,
	// while it and another goroutine hand to and fro without a pause, those that are
	// ready to run may wait as long as that goes on: each turn of a locked goroutine
	// begins a new slice of time, and none lasts until the scheduler would end it.
	// Whoever is handed to and fro can call runtime.Gosched now and then.
	Thread  As = "thread"
	Process As = "process" // this binary again
)

// Among is the execution, or the first of those that there are if it is "". If it is
// none of them the error is errors.ErrUnsupported.
func (a As) Among(executions ...As) (As, error) {
	switch {
	case a == "":
		return executions[0], nil
	case slices.Contains(executions, a):
		return a, nil
	}
	return "", fmt.Errorf("running as %s: %w", a, errors.ErrUnsupported)
}

// Wire is a mechanism on its way into another process: which implementation,
// what it has to know, and its descriptors.
type Wire struct {
	Impl  string
	Spec  json.RawMessage
	Files []*os.File
}

// Transport is how a mechanism of type M gets into another process. A role that
// only ever runs in process may leave both fields nil.
type Transport[M any] struct {
	// Export says what to send. The files stay the caller's.
	Export func(M) (Wire, error)
	// Open attaches to what was sent. The files become the mechanism's.
	Open func(Wire) (M, error)
}

// Options say how a role is to run.
type Options struct {
	As As
	// GOMAXPROCS of a worker process; 0 leaves it to the Go runtime.
	GOMAXPROCS int
	// CPUs is the affinity mask of a thread or worker process, as CPU numbers;
	// empty leaves it as it is. Linux only.
	CPUs []int
	// Orphaned is what a worker process does when its parent is gone.
	Orphaned Orphaned
	// Attr says how a worker process is created: its group, its session, the signal
	// at its parent's death. nil: as always.
	Attr *syscall.SysProcAttr
}

// Orphaned is what a worker process does when its parent is gone.
type Orphaned string

const (
	Exits     Orphaned = ""           // at once: nobody would read its report
	WindsUp   Orphaned = "winds up"   // its context is cancelled with ErrTerminated
	Continues Orphaned = "carries on" // nothing
)

// Body is what a role does. It calls Seat.Ready once it is set up, works, and
// returns; ctx ends when it is asked to terminate. In and Out cross process
// boundaries as JSON.
type Body[M, In, Out any] func(ctx context.Context, seat *Seat, m M, in In) (Out, error)

// Role is a registered role.
type Role[M, In, Out any] struct {
	name      string
	transport Transport[M]
	body      Body[M, In, Out]
}

// Register gives a body a name, by which a worker process finds it. Call it
// while package variables are initialised: the worker process must know the
// name before Main. It panics if the name is taken.
func Register[M, In, Out any](name string, t Transport[M], body Body[M, In, Out]) *Role[M, In, Out] {
	r := &Role[M, In, Out]{name, t, body}
	registry.add(name, r.runAsProcess)
	return r
}

// Start runs the role. It returns as soon as the role is under way; what becomes
// of it is told by the handle. gate may be nil: then nothing holds the role
// back. When ctx ends the role is asked to terminate.
//
// An error means that nothing was started: the mechanism or the platform cannot
// do what Options ask (errors.ErrUnsupported), Main was never called, or the
// system refused.
func (r *Role[M, In, Out]) Start(ctx context.Context, gate *Gate, o Options, m M, in In) (*Handle[Out], error) {
	var h *Handle[Out]
	var err error
	switch o.As {
	case Goroutine, Thread:
		h, err = r.startInProcess(ctx, gate, o, m, in)
	case Process:
		h, err = r.startProcess(ctx, gate, o, m, in)
	default:
		err = fmt.Errorf("unknown execution %q", o.As)
	}
	if err != nil {
		err = fmt.Errorf("starting role %s as %s: %w", r.name, o.As, err)
		gate.fail(err)
		return nil, err
	}
	return h, nil
}

// call runs the body; a panic becomes an error.
func (r *Role[M, In, Out]) call(ctx context.Context, seat *Seat, m M, in In) (out Out, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return r.body(ctx, seat, m, in)
}

package daemon

import (
	"context"
	"errors"
	"os"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// Ending is a way in which main ends.
type Ending string

const (
	Return  Ending = "return"  // main returns; what it deferred runs
	Exit    Ending = "exit"    // os.Exit; nothing deferred runs
	Panic   Ending = "panic"   // a panic in main's goroutine; what it deferred runs
	SIGTERM Ending = "sigterm" // somebody asks main's process, and it alone, to end
	SIGKILL Ending = "sigkill" // somebody, or the kernel out of memory, kills main's process
)

// Endings lists them, the mildest first.
func Endings() []Ending { return []Ending{Return, Exit, Panic, SIGTERM, SIGKILL} }

// Outcome is what becomes of a worker when main ends.
type Outcome string

const (
	Cut      Outcome = "cut"      // it is gone, the work in hand half done
	Drains   Outcome = "drains"   // the work in hand is completed, and no other begun
	Finishes Outcome = "finishes" // main waits until the worker ends by itself
	Survives Outcome = "survives" // it goes on, and nobody knows of it
)

// Daemon is a worker in the background. Its methods may be called from any
// goroutine.
type Daemon interface {
	// Quit is closed when the process was asked to end by a signal that the variant
	// catches: main then returns. Where it is nil nothing is caught, and the signal
	// ends main there and then.
	Quit() <-chan struct{}
	// Leave is the last deed of main, which defers it. What it does for the worker
	// is the variant's point: nothing, waiting, asking and waiting.
	Leave() error
	// Done is closed when the worker has ended and all it held is returned.
	Done() <-chan struct{}
	// Stop asks the worker to end after the work in hand, waits for that, and
	// returns what it did. Signals are caught no longer then. It is for an owner who has
	// changed his mind; after a first Stop, or when the worker has ended, it only reports.
	Stop() (Report, error)
}

// Report is what a worker leaves behind: how many heartbeats it did, and when. Start and
// CPU count from the end of beat number Starting. The error beside it is a beat's own, or one with which that is not known: a
// *role.PanicError, one that says that a beat called runtime.Goexit, or a
// *role.ExitError for a process that ended without a report.
type Report = role.Report[int]

// Starting is how many heartbeats are part of starting, not of idling: the first, the next,
// which comes at once where the first took long, and one that is in step again.
const Starting = 3

// ErrDeadline is what Leave returns when the work in hand took longer than main
// can wait: it will be cut.
var ErrDeadline = errors.New("the worker has not drained in time")

// Options say how a worker works.
type Options struct {
	// As is how it runs, one of the variant's Executions; "" is the first of them.
	As role.As
	// Every is the time between heartbeats.
	Every time.Duration
	// Beats ends the worker after so many; 0: it goes on until it is stopped.
	Beats int
	// Patience is how long Leave waits, in variants that do not wait for ever.
	Patience time.Duration
	// GOMAXPROCS of a worker process; 0 leaves it to the Go runtime.
	GOMAXPROCS int
	// Files are handed to each beat. They become the worker's, and are closed when
	// it ends; a worker process that survives main still has them. When Start fails
	// they stay the caller's.
	Files []*os.File
}

// Variant is one row of the table.
type Variant struct {
	patterns.Info
	// Executions are the ways in which the worker can run, the usual one first. A
	// thread is the worker's own, and ends with it or is given back.
	Executions []role.As
	// Ends is the truth table: what becomes of a worker when main, which has
	// deferred Leave and returns on Quit, ends in one of the ways.
	Ends map[Ending]Outcome
	// Deadline says that Leave gives up after Options.Patience.
	Deadline bool
	// Start returns when the worker is at work. It refuses an execution that the
	// variant has not.
	Start func(*Task, Options) (Daemon, error)
}

// ends is a row of the truth table, in the order of Endings.
func ends(byReturn, byExit, byPanic, bySIGTERM, bySIGKILL Outcome) map[Ending]Outcome {
	return map[Ending]Outcome{
		Return: byReturn, Exit: byExit, Panic: byPanic, SIGTERM: bySIGTERM, SIGKILL: bySIGKILL,
	}
}

// Task is what a worker does at each heartbeat. It has a name, because a closure
// cannot cross to another process.
type Task struct {
	beat func(files []*os.File) error
	role *role.Role[files, rhythm, int]
}

// Named registers a task under a name, which must be unique in the program. Call
// it while package variables are initialised, so that a worker process, which is
// this program started again, knows the name too. A beat that fails ends the
// worker.
func Named(name string, beat func(files []*os.File) error) *Task {
	t := &Task{beat: beat}
	t.role = role.Register("daemon."+name, filesTransport, t.run)
	return t
}

type files []*os.File

var filesTransport = role.Transport[files]{
	Export: func(f files) (role.Wire, error) { return role.Wire{Files: f}, nil },
	Open:   func(w role.Wire) (files, error) { return w.Files, nil },
}

// rhythm is what a worker is told.
type rhythm struct {
	Every time.Duration
	Beats int
}

// run is the life of every worker, wherever it runs. The work in hand is a beat:
// between two, it looks whether it was asked to end.
func (t *Task) run(ctx context.Context, seat *role.Seat, f files, r rhythm) (beats int, err error) {
	defer func() { err = errors.Join(err, role.CloseAll(f...)) }()
	switch err := seat.Ready(ctx); {
	case errors.Is(err, role.ErrTerminated): // stopped before it began
		return 0, nil
	case err != nil:
		return 0, err
	}
	heart := time.NewTicker(r.Every)
	defer heart.Stop()
	for r.Beats == 0 || beats < r.Beats {
		select {
		case <-heart.C:
		case <-ctx.Done():
			return beats, nil
		}
		if ctx.Err() != nil { // select tosses a coin between two that are ready
			return beats, nil
		}
		if err := t.beat(f); err != nil {
			return beats, err
		}
		if beats++; beats == Starting {
			seat.Stamp()
		}
	}
	return beats, nil
}

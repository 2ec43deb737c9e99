package lifecycle

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// Worker is a worker under way. Its methods may be called from any goroutine, at
// any time, and repeatedly: on a worker that has ended they do nothing.
type Worker interface {
	// Alive reports whether Join would wait.
	Alive() bool
	// Done is closed when the worker has ended.
	Done() <-chan struct{}
	// Finish says that its work is over: there is no more input. It does not wait.
	Finish() error
	// Ask asks the worker to stop. It does not wait.
	Ask() error
	// Kill ends the worker without its consent, and does not wait either. Where
	// nothing can, it returns errors.ErrUnsupported.
	Kill() error
	// Join waits for the worker and returns what it held. Call it at least once; all
	// callers are told the same end.
	Join() End
}

// End is how a worker ended.
type End struct {
	// Code is what multiprocessing calls the exit code: 0 returned, 1 failed,
	// 2 panicked, or what a process exited with; -n if signal n ended it. A worker
	// that stops as asked ends with 0, or with -15 if it is a process that does not
	// catch the signal.
	Code int
	// Err is nil if and only if Code is 0. It is the body's own error or a
	// *role.PanicError; of a process, one that tells its state.
	Err error
}

// Stop asks the worker to stop, kills it if it has not after the grace period, and
// joins it. A worker that cannot be killed is then still running, and the error
// is errors.ErrUnsupported.
func Stop(w Worker, grace time.Duration) (End, error) {
	if err := w.Ask(); err != nil {
		return End{}, err
	}
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case <-w.Done():
	case <-patience.C:
		if err := w.Kill(); err != nil {
			return End{}, fmt.Errorf("the worker has not stopped %v after it was asked: %w", grace, err)
		}
	}
	return w.Join(), nil
}

// Starter starts workers.
type Starter interface {
	// Start returns when the worker is at work: whatever it is asked from then on
	// reaches it. A worker that cannot be started leaves nothing behind.
	Start(*Task) (Worker, error)
	// Close returns what is kept from one worker to the next. Call it last, when all
	// are joined.
	Close() error
}

// Options say how worker processes run.
type Options struct {
	GOMAXPROCS int // of each that is a Go program; 0 leaves it to the Go runtime
}

// Variant is one row of the table.
type Variant struct {
	patterns.Info
	// As is how the variant's workers run.
	As role.As
	// Kills says whether a worker can be ended without its consent.
	Kills bool
	New   func(Options) Starter
}

// starter is a Starter that keeps nothing.
type starter func(*Task) (Worker, error)

func (s starter) Start(t *Task) (Worker, error) { return s(t) }
func (s starter) Close() error                  { return nil }

// Task is what a worker does, in the two languages that workers speak.
type Task struct {
	body   Body
	script string

	self *role.Role[*inlet, none, none] // a process for one worker
	warm *role.Role[*link, none, none]  // a process for one worker after the other
}

// Body is a task for a worker that is a Go program. It returns when its work is
// over, or sooner if it is asked to stop and heeds that.
type Body func(stop, over <-chan struct{}) error

// Named makes a task of a body and of a script for /bin/sh that does the same:
// writes a line when it is ready, takes end of file on its standard input for the
// end of its work, and SIGTERM for being asked.
//
// It has a name, which must be unique in the program, because a closure cannot
// cross to another process. Call it while package variables are initialised, so
// that a worker process, which is this program started again, knows it too.
func Named(name string, body Body, script string) *Task {
	t := &Task{body: body, script: script}
	t.self = role.Register("lifecycle.self."+name, inletTransport, t.runSelf)
	t.warm = role.Register("lifecycle.warm."+name, linkTransport, t.serve)
	return t
}

// none is what a role needs no value for.
type none struct{}

// errGoexit is the end of a body that neither returned nor panicked.
var errGoexit = errors.New("the worker ended by runtime.Goexit")

// call runs the body and sets end, whatever comes, before it returns.
func (t *Task) call(end *End, stop, over <-chan struct{}) {
	*end = End{1, errGoexit}
	defer func() {
		if v := recover(); v != nil {
			*end = End{2, &role.PanicError{Value: v, Stack: string(debug.Stack())}}
		}
	}()
	if err := t.body(stop, over); err != nil {
		*end = End{1, err}
	} else {
		*end = End{}
	}
}

// life is the end of a worker, for everybody who waits for it.
type life struct {
	done chan struct{}
	end  End // set before done is closed
}

func newLife() life { return life{done: make(chan struct{})} }

func (l *life) Done() <-chan struct{} { return l.done }

func (l *life) Alive() bool {
	select {
	case <-l.done:
		return false
	default:
		return true
	}
}

func (l *life) Join() End {
	<-l.done
	return l.end
}

// Package errand is what the laws of pools and of spawners give to be done. An
// errand returns, fails, panics or takes its process along, as it was told to, and
// notes in a diary when it begins and when it ends, whatever process it runs in.
package errand

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// Errand is plain data, so that it runs in any process.
type Errand struct {
	ID    int    // unique among the errands of a diary
	Fate  Fate   // how it ends
	Diary Diary  // where it notes that it begins and ends; "" for nowhere
	Held  bool   // it waits until it is released in the diary
	Load  string // what it brings back as it is
}

// Fate is how an errand ends.
type Fate string

const (
	Returns Fate = ""
	Fails   Fate = "fail" // and leave a result all the same
	Panics  Fate = "panic"
	Raises  Fate = "panic with an error"
	Faults  Fate = "fault"               // the runtime panics
	Goexits Fate = "call runtime.Goexit" // as testing.T.FailNow does
	Exits   Fate = "exit"                // with exitCode
	Quits   Fate = "exit with 0"         // as if all were well
	Killed  Fate = "be killed"           // by itself, without a chance to tidy up
)

// Panicking are the fates that are panics. What one is called with makes a
// difference to those who look at it: most are called by the runtime, with an error.
var Panicking = []Fate{Panics, Raises, Faults}

// Crashing are the fates that take the process along.
var Crashing = []Fate{Exits, Quits, Killed}

const exitCode = 3

// Result is what an errand that returns leaves.
type Result struct {
	Value uint64 // the errand's Value
	Pid   int    // of the process in which it ran
	Procs int    // GOMAXPROCS there
	Load  string // the errand's Load

	// Goroutine is the number of the one that did it, or 0 if it keeps no diary: to ask
	// for it and what follows costs more than all else.
	Goroutine int
	Locked    bool // to its thread
	Thread    int  // the kernel's number of it; 0 where that is not known
}

// Worker is who did it: another process, or a goroutine of this one.
func (r Result) Worker() string {
	if r.Pid != os.Getpid() {
		return fmt.Sprint("process ", r.Pid)
	}
	return fmt.Sprint("goroutine ", r.Goroutine)
}

// Value is what the errand has to come to; never 0.
func (e Errand) Value() uint64 { return uint64(e.ID)*0x9e3779b97f4a7c15 | 1 }

// reason is what an errand says when it fails or panics.
func (e Errand) reason() string {
	if e.Fate == Faults {
		return "runtime error: index out of range [0] with length 0"
	}
	return fmt.Sprintf("errand %d was to %s", e.ID, e.Fate)
}

// Deserves reports whether err is how an errand of this fate has to be reported.
func (e Errand) Deserves(err error) bool {
	var p *role.PanicError
	var x *role.ExitError
	switch e.Fate {
	case Fails:
		return err != nil && err.Error() == e.reason()
	case Panics, Raises, Faults:
		return errors.As(err, &p) && fmt.Sprint(p.Value) == e.reason() && strings.Contains(p.Stack, "errand.Perform")
	case Goexits:
		return err != nil && strings.Contains(err.Error(), "runtime.Goexit")
	case Exits:
		return errors.As(err, &x) && x.State.ExitCode() == exitCode
	case Quits:
		return errors.As(err, &x) && x.State.Success()
	case Killed:
		return errors.As(err, &x) && strings.Contains(x.State.String(), "killed")
	}
	return err == nil
}

// Crashed reports whether an error says that a worker process ended too soon.
func Crashed(err error) bool { return errors.As(err, new(*role.ExitError)) }

// Perform does an errand.
func Perform(e Errand) (Result, error) {
	if err := e.Diary.note(begin, e.ID); err != nil {
		return Result{}, err
	}
	if e.Held {
		if err := e.Diary.held(e.ID); err != nil {
			return Result{}, err
		}
	}
	switch e.Fate {
	case Exits:
		os.Exit(exitCode)
	case Quits:
		os.Exit(0)
	case Killed:
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return Result{}, err
		}
		if err := self.Kill(); err != nil {
			return Result{}, err
		}
		select {}
	}
	runtime.Gosched() // for others to begin before this one ends
	if err := e.Diary.note(end, e.ID); err != nil {
		return Result{}, err
	}
	r := Result{Value: e.Value(), Pid: os.Getpid(), Procs: runtime.GOMAXPROCS(0), Load: e.Load}
	if e.Diary != "" {
		r.Goroutine, r.Locked = roletest.Goroutine()
		r.Thread = roletest.Thread()
	}
	switch e.Fate {
	case Fails:
		return r, errors.New(e.reason())
	case Panics:
		panic(e.reason())
	case Raises:
		panic(errors.New(e.reason()))
	case Faults:
		var none []Result
		return none[len(none)], nil
	case Goexits:
		runtime.Goexit()
	}
	return r, nil
}

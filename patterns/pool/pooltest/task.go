package pooltest

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"crossover/patterns/pool"
)

// Task is what the laws give a pool to do: plain data, so that it runs in any
// process.
type Task struct {
	ID    int    // unique among the tasks of a check
	Fate  Fate   // how it ends
	Diary string // the folder in which it notes what it does; "" for none
	Held  bool   // it waits until it is released in the diary
}

// Fate is how a task ends.
type Fate string

const (
	Returns Fate = ""
	Fails   Fate = "fail"
	Panics  Fate = "panic"
	Goexits Fate = "call runtime.Goexit" // as testing.T.FailNow does
	Exits   Fate = "exit"                // with exitCode
	Killed  Fate = "be killed"           // by itself, without a chance to tidy up
)

const exitCode = 3

// Result is what a task that returns leaves.
type Result struct {
	Value uint64 // follows from the ID; never 0
	Pid   int    // of the process in which it ran
	Procs int    // GOMAXPROCS there
}

// value is what the task with this ID has to come to.
func value(id int) uint64 { return uint64(id)*0x9e3779b97f4a7c15 | 1 }

// reason is what a task says when it fails or panics.
func (t Task) reason() string { return fmt.Sprintf("task %d was to %s", t.ID, t.Fate) }

var work = pool.Named("pooltest.perform", perform)

func perform(t Task) (Result, error) {
	d := diary(t.Diary)
	if err := d.note(begin, t.ID); err != nil {
		return Result{}, err
	}
	if t.Held {
		if err := d.held(t.ID); err != nil {
			return Result{}, err
		}
	}
	switch t.Fate {
	case Exits:
		os.Exit(exitCode)
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
	if err := d.note(end, t.ID); err != nil {
		return Result{}, err
	}
	switch t.Fate {
	case Fails:
		return Result{}, errors.New(t.reason())
	case Panics:
		panic(t.reason())
	case Goexits:
		runtime.Goexit()
	}
	return Result{value(t.ID), os.Getpid(), runtime.GOMAXPROCS(0)}, nil
}

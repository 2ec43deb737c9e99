package spawntest

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"crossover/patterns/spawn"
)

// Arg is what the laws give a worker: plain data, so that it can run in any
// process.
type Arg struct {
	ID    int    // unique among the workers of a trial
	Fate  Fate   // how it ends
	Diary string // where it notes that it begins and ends
}

// Fate is how a worker ends.
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

// Result is what a worker that returns leaves.
type Result struct {
	Value uint64 // follows from the ID; never 0
	Pid   int    // of the process in which it ran
	Procs int    // GOMAXPROCS there
}

// value is what the worker with this ID has to come to.
func value(id int) uint64 { return uint64(id)*0x9e3779b97f4a7c15 | 1 }

// reason is what a worker says when it fails or panics.
func (a Arg) reason() string { return fmt.Sprintf("worker %d was to %s", a.ID, a.Fate) }

var body = spawn.Named("spawntest.perform", perform)

func perform(a Arg) (Result, error) {
	d := diary(a.Diary)
	if err := d.note(begin, a.ID); err != nil {
		return Result{}, err
	}
	switch a.Fate {
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
	runtime.Gosched() // for others to begin before this one ends
	if err := d.note(end, a.ID); err != nil {
		return Result{}, err
	}
	switch a.Fate {
	case Fails:
		return Result{}, errors.New(a.reason())
	case Panics:
		panic(a.reason())
	case Goexits:
		runtime.Goexit()
	}
	return Result{value(a.ID), os.Getpid(), runtime.GOMAXPROCS(0)}, nil
}

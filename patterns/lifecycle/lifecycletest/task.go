package lifecycletest

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"

	"crossover/patterns/lifecycle"
	"crossover/patterns/role/roletest"
)

const (
	exitCode  = 128 + 9 // as a shell tells of a worker that was killed
	panicText = "this worker was to panic"
)

var (
	errFailed = errors.New("this worker was to fail")
	errWordy  = errors.New(strings.Repeat("this worker was to fail ", 4000)) // more than a pipe holds
)

// The workers of the laws. Each but stillborn waits for the end of its work and then
// ends in its own way; all but deaf end before that if they are asked.
var (
	obeys = lifecycle.Named("lifecycletest.obeys", heed(func() error { return nil }),
		"echo; read x; exit 0")
	deaf = lifecycle.Named("lifecycletest.deaf", func(_, over <-chan struct{}) error { <-over; return nil },
		"trap '' TERM; echo; read x; exit 0")
	fails = lifecycle.Named("lifecycletest.fails", heed(func() error { return errFailed }),
		"echo; read x; exit 1")
	panics = lifecycle.Named("lifecycletest.panics", heed(func() error { panic(panicText) }),
		"echo; read x; exit 2")
	// faults panics with an error, as the runtime does.
	faults = lifecycle.Named("lifecycletest.faults", heed(func() error { panic(errors.New(panicText)) }),
		"echo; read x; exit 2")
	goexits = lifecycle.Named("lifecycletest.goexits", heed(func() error { runtime.Goexit(); return nil }),
		"echo; read x; exit 1")
	mute = lifecycle.Named("lifecycletest.mute", heed(func() error { return errors.New("") }),
		"echo; read x; exit 1")
	wordy = lifecycle.Named("lifecycletest.wordy", heed(func() error { return errWordy }),
		"echo; read x; exit 1")
	// stubborn is deaf and fails in the end.
	stubborn = lifecycle.Named("lifecycletest.stubborn", func(_, over <-chan struct{}) error { <-over; return errFailed },
		"trap '' TERM; echo; read x; exit 1")
	exits = lifecycle.Named("lifecycletest.exits", heed(func() error { os.Exit(exitCode); return nil }),
		fmt.Sprintf("echo; read x; exit %d", exitCode))
	leaves = lifecycle.Named("lifecycletest.leaves", heed(func() error { os.Exit(0); return errFailed }),
		"echo; read x; exit 0")
	dies = lifecycle.Named("lifecycletest.dies", heed(suicide),
		"echo; read x; kill -KILL $$")
	// stillborn fails before it is at work, where that is something else; a small program
	// goes on, and will never say that it is ready.
	stillborn = lifecycle.Named("lifecycletest.stillborn", func(_, _ <-chan struct{}) error { return errFailed },
		"exec >&- 2>&-; read x; exit 1")
	// tells returns where it ran, as an error.
	tells = lifecycle.Named("lifecycletest.tells", heed(func() error {
		_, locked := roletest.Goroutine()
		return fmt.Errorf("process %d, locked %t, GOMAXPROCS %d", os.Getpid(), locked, runtime.GOMAXPROCS(0))
	}), "echo; read x; exit 1")
)

// heed makes a body that ends in some way when its work is over, and returns when
// it is asked to stop.
func heed(end func() error) lifecycle.Body {
	return func(stop, over <-chan struct{}) error {
		select {
		case <-stop:
			return nil
		case <-over:
			return end()
		}
	}
}

func suicide() error {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err == nil {
		select {} // it comes
	}
	return err
}

// stopped reports whether an end is that of a worker that stopped as asked.
func stopped(e lifecycle.End) bool { return e.Code == 0 || e.Code == -int(syscall.SIGTERM) }

const killed = -int(syscall.SIGKILL)

// sound checks what goes for any end.
func sound(e lifecycle.End) error {
	if (e.Code == 0) != (e.Err == nil) {
		return fmt.Errorf("the worker ended with code %d and the error %v", e.Code, e.Err)
	}
	return nil
}

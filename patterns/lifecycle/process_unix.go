//go:build unix

package lifecycle

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"crossover/patterns/role"
)

// The small program is the shell. A binary made by hand, of a few machine
// instructions, would start and end faster, but nobody deploys one; a shell is on
// every Unix, is as small as programs get that somebody wrote, and, unlike sleep
// or cat, can be told to be deaf and to crash.
const shell = "/bin/sh"

// endOf is the end of a process.
func endOf(state *os.ProcessState) End {
	code := state.ExitCode()
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = -int(status.Signal())
	}
	if code == 0 {
		return End{}
	}
	return End{code, &exec.ExitError{ProcessState: state}}
}

// endOfRole is the end of a role in a process of its own, or in one it shares. One that
// exits with 0 and gives no report has ended well, as a small program has.
func endOfRole(err error) End {
	var exit *role.ExitError
	var panicked *role.PanicError
	switch {
	case err == nil:
		return End{}
	case errors.As(err, &exit):
		if code := endOf(exit.State).Code; code != 0 {
			return End{code, err}
		}
		return End{}
	case errors.As(err, &panicked):
		return End{2, err}
	}
	return End{1, err}
}

// send sends a signal to a process that may have ended meanwhile; that is no
// error.
func send(p *os.Process, s os.Signal) error {
	if err := p.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("sending %v to process %d: %w", s, p.Pid, err)
	}
	return nil
}

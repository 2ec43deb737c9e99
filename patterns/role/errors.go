package role

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrTerminated is the cause of a role's context after Terminate.
var ErrTerminated = errors.New("asked to terminate")

// PanicError is a panic that reached the edge of a role or of a task.
type PanicError struct {
	Value any    // what was passed to panic; its text, where it crossed a process boundary
	Stack string // of the goroutine that panicked
}

// Error leaves the stack out: it is for a person who asks.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// RemoteError is an error that a role returned in another process. Its text
// crosses; of its kind only ErrTerminated does.
type RemoteError struct {
	Text string
	kind error
}

func (e *RemoteError) Error() string { return e.Text }
func (e *RemoteError) Unwrap() error { return e.kind }

// ExitError is the end of a worker process that gave no report: it exited,
// crashed or was killed.
type ExitError struct {
	Role   string
	Pid    int
	State  *os.ProcessState
	Stderr string // the last few KiB that it wrote there
}

// Error says how the process ended and the last line it wrote.
func (e *ExitError) Error() string {
	s := fmt.Sprintf("role %s: worker process %d ended without a report: %v", e.Role, e.Pid, e.State)
	if last := lastLine(e.Stderr); last != "" {
		s += ": " + last
	}
	return s
}

// lastLine finds the line a person would quote: the one that says panic or
// fatal error if there is one, else the last.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for _, l := range lines {
		if strings.HasPrefix(l, "panic: ") || strings.HasPrefix(l, "fatal error: ") {
			return l
		}
	}
	return lines[len(lines)-1]
}

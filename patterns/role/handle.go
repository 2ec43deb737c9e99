package role

import (
	"errors"
	"fmt"
	"time"
)

// Report is what a role leaves behind.
type Report[Out any] struct {
	Out Out // what the body returned, with an error too
	// Start is when the role passed the gate, End when its body returned, both
	// on this process's clock; their difference is its working time.
	Start, End time.Time
	// CPU is the processor time the role's thread or process used between Start
	// and End; 0 for a goroutine, which has no account of its own.
	CPU time.Duration
}

// Handle is a role under way. Its methods may be called from any goroutine.
type Handle[Out any] struct {
	name string
	as   As
	pid  int
	done chan struct{}

	terminate func() error
	kill      func() error
	cpu       func() (time.Duration, error)

	// Set before done is closed.
	report Report[Out]
	err    error
}

// Pid is the worker's process id; 0 for a role in this process.
func (h *Handle[Out]) Pid() int { return h.pid }

// Done is closed when the role has ended and all it held is returned.
func (h *Handle[Out]) Done() <-chan struct{} { return h.done }

// Alive reports whether the role has not ended yet.
func (h *Handle[Out]) Alive() bool {
	select {
	case <-h.done:
		return false
	default:
		return true
	}
}

// Terminate asks the role to end: its context is cancelled with ErrTerminated,
// in a worker process by SIGTERM. It does not wait.
func (h *Handle[Out]) Terminate() error {
	if !h.Alive() {
		return nil
	}
	return h.terminate()
}

// Kill forces a worker process to end. A goroutine or thread cannot be killed:
// errors.ErrUnsupported.
func (h *Handle[Out]) Kill() error {
	if !h.Alive() {
		return nil
	}
	return h.kill()
}

// Join waits for the end of the role and returns its report. The error is the
// body's own (a *RemoteError from another process), a *PanicError, or an
// *ExitError for a process that ended without a report.
func (h *Handle[Out]) Join() (Report[Out], error) {
	<-h.done
	return h.report, h.err
}

// Stop asks the role to end, forces it after the grace period, and joins it. A
// role in this process that does not end in time cannot be forced: the error
// then is errors.ErrUnsupported and it is still running.
func (h *Handle[Out]) Stop(grace time.Duration) (Report[Out], error) {
	if err := h.Terminate(); err != nil {
		return Report[Out]{}, err
	}
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case <-h.done:
	case <-patience.C:
		if err := h.Kill(); err != nil {
			return Report[Out]{}, fmt.Errorf("role %s has not ended %v after it was asked: %w", h.name, grace, err)
		}
	}
	return h.Join()
}

// CPU is the processor time that a worker process has used since it was started,
// or in all its life. It works on a hung one too, where the platform tells of live
// ones. Elsewhere: errors.ErrUnsupported.
func (h *Handle[Out]) CPU() (time.Duration, error) {
	if h.cpu == nil {
		return 0, fmt.Errorf("CPU time of a %s: %w", h.as, errors.ErrUnsupported)
	}
	return h.cpu()
}

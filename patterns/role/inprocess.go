package role

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// errGoexit is the end of a body that did not return.
var errGoexit = errors.New("role ended by runtime.Goexit")

// startInProcess runs the role as a goroutine, locked to a thread of its own if
// asked.
func (r *Role[M, In, Out]) startInProcess(ctx context.Context, gate *Gate, o Options, m M, in In) (*Handle[Out], error) {
	if len(o.CPUs) > 0 && o.As == Goroutine {
		return nil, fmt.Errorf("a goroutine has no CPU affinity: %w", errors.ErrUnsupported)
	}
	if o.GOMAXPROCS > 0 {
		return nil, fmt.Errorf("GOMAXPROCS of a role in this process: %w", errors.ErrUnsupported)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	h := &Handle[Out]{
		name:      r.name,
		as:        o.As,
		done:      make(chan struct{}),
		terminate: func() error { cancel(ErrTerminated); return nil },
		kill: func() error {
			return fmt.Errorf("killing a %s: %w", o.As, errors.ErrUnsupported)
		},
		// Overwritten by the body's own result, unless it never returns.
		err: errGoexit,
	}
	life := func() {
		seat := &Seat{pass: atGate(gate)}
		defer close(h.done)
		defer cancel(nil)
		defer func() {
			if !seat.ready {
				gate.fail(orNeverReady(r.name, h.err))
			}
		}()
		if o.As == Thread {
			runtime.LockOSThread()
			if len(o.CPUs) > 0 {
				// Not unlocked: a pinned thread must not go back to the others. It
				// ends with this goroutine.
				if err := setAffinity(o.CPUs); err != nil {
					h.err = err
					return
				}
			} else {
				defer runtime.UnlockOSThread()
			}
			seat.cpu = threadCPU
		}
		seat.Stamp()
		out, err := r.call(ctx, seat, m, in)
		start, end, cpu := seat.sum()
		h.report, h.err = Report[Out]{out, start, end, cpu}, err
	}
	if len(o.CPUs) > 0 {
		go offFirstThread(life)
	} else {
		go life()
	}
	return h, nil
}

// onClock puts a wall clock time of another process on this process's monotonic
// clock. epoch is a local time from shortly before, so that a step of the wall
// clock in between is the only thing that can spoil it.
func onClock(epoch time.Time, unixNano int64) time.Time {
	return epoch.Add(time.Duration(unixNano - epoch.UnixNano()))
}

// orNeverReady names the error of a role that ended before its gate opened.
func orNeverReady(name string, err error) error {
	if err == nil {
		err = fmt.Errorf("role %s returned before it was ready", name)
	}
	return err
}

//go:build unix

package role

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// worker is a worker process seen from inside.
type worker struct {
	head  header
	files []*os.File
	out   *os.File

	ctx    context.Context
	opened chan struct{}
	failed chan struct{}
}

// runWorker is the whole life of a worker process. It does not return.
func runWorker(name string) {
	w := &worker{
		out:    inherited(controlOut, "control-out"),
		opened: make(chan struct{}),
		failed: make(chan struct{}),
	}
	run := registry.find(name)
	if run == nil {
		w.leave(remoteReport{Failed: true, Error: fmt.Sprintf("role %s is not registered in the worker process: register roles in package variables", name)})
	}
	in := bufio.NewReader(inherited(controlIn, "control-in"))
	line, err := in.ReadBytes('\n')
	if err != nil {
		os.Exit(1) // the parent went before it had told us anything
	}
	if err := json.Unmarshal(line, &w.head); err != nil {
		w.leave(remoteReport{Failed: true, Error: fmt.Sprintf("role %s: reading the header: %v", name, err)})
	}
	for i := range w.head.Files {
		w.files = append(w.files, inherited(firstFile+i, "mechanism"))
	}

	ctx, cancel := context.WithCancelCause(context.Background())
	w.ctx = ctx
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	signal.Ignore(os.Interrupt) // Ctrl-C reaches the whole group; the parent decides
	go func() {
		<-term
		cancel(ErrTerminated)
	}()
	go w.watch(in, func() { cancel(ErrTerminated) })
	run(w)
}

// inherited wraps a descriptor from the parent. What this process starts must
// not inherit it in turn, or an end of file would be held up.
func inherited(fd int, name string) *os.File {
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), name)
}

// watch reads the gate's byte and then waits for the end of file: the parent is
// gone. A worker lives no longer than its parent, unless it was told otherwise
// and has begun.
func (w *worker) watch(in io.ByteReader, windUp func()) {
	begun := false
	for {
		b, err := in.ReadByte()
		if err != nil {
			switch {
			case !begun || w.head.Orphaned == Exits:
				os.Exit(1)
			case w.head.Orphaned == WindsUp:
				windUp()
			}
			return
		}
		begun = true
		switch b {
		case gateOpened:
			close(w.opened)
		case gateFailed:
			close(w.failed)
		}
	}
}

// pass is Seat.Ready's way to a gate in the parent.
func (w *worker) pass(ctx context.Context) error {
	if err := w.send(message{Ready: true}); err != nil {
		return err
	}
	return wait(ctx, w.opened, w.failed)
}

func (w *worker) send(m message) error {
	data, err := json.Marshal(m)
	if err == nil {
		_, err = w.out.Write(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("reporting to the parent: %w", err)
	}
	return nil
}

// leave sends the report and exits.
func (w *worker) leave(r remoteReport) {
	if err := w.send(message{Report: &r}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(r.exitCode())
}

// runAsProcess opens the mechanism, runs the body and leaves.
func (r *Role[M, In, Out]) runAsProcess(w *worker) {
	var m M
	var in In
	err := json.Unmarshal(w.head.In, &in)
	if err != nil {
		w.leave(remoteReport{Failed: true, Error: fmt.Sprintf("role %s: unpacking the input: %v", r.name, err)})
	}
	if r.transport.Open != nil {
		m, err = r.transport.Open(Wire{w.head.Impl, w.head.Spec, w.files})
		if err != nil {
			w.leave(remoteReport{Failed: true, Error: fmt.Sprintf("role %s: opening the mechanism: %v", r.name, err)})
		}
	}
	seat := &Seat{pass: w.pass, cpu: func() time.Duration { used, _ := SelfCPU(); return used }}
	seat.Stamp()
	returned := false
	defer func() {
		if !returned { // else the process would stay, with nobody in it
			w.leave(remoteReport{Failed: true, Error: errGoexit.Error()})
		}
	}()
	out, err := r.call(w.ctx, seat, m, in)
	returned = true
	start, end, cpu := seat.sum()

	report := remoteReport{Start: start.UnixNano(), End: start.UnixNano() + int64(end.Sub(start)), CPU: int64(cpu)}
	var p *PanicError
	switch {
	case errors.As(err, &p) && p.Stack != "": // by which the parent knows it
		report.Panic, report.Stack = fmt.Sprint(p.Value), p.Stack
	case err != nil:
		report.Failed, report.Error = true, err.Error()
		report.Terminated = errors.Is(err, ErrTerminated) ||
			errors.Is(err, context.Canceled) && context.Cause(w.ctx) == ErrTerminated
	}
	// An error may have a result beside it, and need not.
	if packed, unpackable := json.Marshal(out); unpackable == nil {
		report.Out = packed
	} else if err == nil {
		report.Failed, report.Error = true, fmt.Sprintf("packing the result: %v", unpackable)
	}
	w.leave(report)
}

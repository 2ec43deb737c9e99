package daemon

import (
	"context"
	"fmt"

	"crossover/patterns/role"
)

// worker is what all variants share: the role under way. Each adds what main does
// when it leaves; this one does nothing.
type worker struct{ handle *role.Handle[int] }

// start runs the task, in one of these executions, and returns when it is at work.
func (t *Task) start(how role.Options, o Options, executions ...role.As) (_ worker, err error) {
	if how.As, err = o.As.Among(executions...); err != nil {
		return worker{}, err
	}
	if how.As == role.Process {
		how.GOMAXPROCS = o.GOMAXPROCS
	}
	gate := role.NewGate(1)
	h, err := t.role.Start(context.Background(), gate, how, o.Files, rhythm{o.Every, o.Beats})
	if err != nil {
		return worker{}, err
	}
	if err := gate.Open(context.Background()); err != nil {
		h.Join()
		return worker{}, err
	}
	if how.As == role.Process { // it has its own
		if err := role.CloseAll(o.Files...); err != nil {
			h.Kill()
			h.Join()
			return worker{}, fmt.Errorf("handing files to a worker: %w", err)
		}
	}
	return worker{h}, nil
}

func (w worker) Quit() <-chan struct{} { return nil }
func (w worker) Leave() error          { return nil }
func (w worker) Done() <-chan struct{} { return w.handle.Done() }

func (w worker) Stop() (Report, error) {
	if err := w.handle.Terminate(); err != nil {
		return Report{}, err
	}
	return w.handle.Join()
}

// Pid is the worker process's id; 0 for a goroutine.
func (w worker) Pid() int { return w.handle.Pid() }

//go:build unix

package lifecycle

import (
	"context"
	"fmt"
	"os"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// self is this program started again as a role.
//
// Guarantees: as exec, and an error or a panic of the body arrives as such; the
// worker is gone when its parent is. Costs: a whole Go runtime to start, and to
// take down: threads, heap, mappings. Breaks when: the program is big or does much
// before main: each worker does so again.
//
// Source: package role; Python's multiprocessing with start method spawn.
type self struct {
	handle *role.Handle[none]
	input  *os.File
}

func selfVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "self",
			Summary:    "this program again, asked by SIGTERM, which it catches",
			File:       "self_unix.go",
			Source:     "package role; Python multiprocessing, spawn",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As:    role.Process,
		Kills: true,
		New: func(o Options) Starter {
			return starter(func(t *Task) (Worker, error) { return startSelf(t, o) })
		},
	}
}

func startSelf(t *Task, o Options) (Worker, error) {
	theirs, input, err := role.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	gate := role.NewGate(1)
	h, err := t.self.Start(context.Background(), gate, role.Options{As: role.Process, GOMAXPROCS: o.GOMAXPROCS}, &inlet{theirs}, none{})
	if err != nil {
		input.Close()
		return nil, err
	}
	w := &self{h, input}
	if err := gate.Open(context.Background()); err != nil {
		w.Join()
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	return w, nil
}

func (w *self) Alive() bool           { return w.handle.Alive() }
func (w *self) Done() <-chan struct{} { return w.handle.Done() }
func (w *self) Ask() error            { return w.handle.Terminate() }
func (w *self) Kill() error           { return w.handle.Kill() }

func (w *self) Finish() error {
	w.input.Close() // Join may have done so
	return nil
}

func (w *self) Join() End {
	_, err := w.handle.Join()
	w.input.Close()
	return endOfRole(err)
}

// CPU is the processor time that the process has used.
func (w *self) CPU() (time.Duration, error) { return w.handle.CPU() }

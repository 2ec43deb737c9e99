//go:build unix

package daemon

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"syscall"

	"crossover/patterns"
	"crossover/patterns/role"
)

// childGroup is a worker process that leads a process group of its own; main
// catches SIGTERM and kills the whole group before it goes.
//
// Guarantees: where main gets to do it, the worker and everything it has started
// in turn are gone. Costs: a process; catching the signal. Breaks when: main gets
// no such chance, by os.Exit or SIGKILL: a group has no owner whose death ends it,
// so that all its members go on. Nor does Ctrl-C at the terminal reach them. A
// descendant that makes a group of its own escapes, and so do those of a worker
// that ended before Leave.
//
// Source: setpgid(2) and kill(2) with a negative pid; timeout(1) and every shell.
type childGroup struct {
	worker
	asked   context.Context
	release func() // the signal
}

func childGroupVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.group",
			Summary:    "child process in a group of its own, which main kills",
			File:       "child_group_unix.go",
			Source:     "setpgid(2), kill(2)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Cut, Survives, Cut, Cut, Survives),
		Start: func(t *Task, o Options) (Daemon, error) {
			w, err := t.start(role.Options{
				Orphaned: role.Continues,
				Attr:     &syscall.SysProcAttr{Setpgid: true},
			}, o, role.Process)
			if err != nil {
				return nil, err
			}
			asked, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
			return &childGroup{w, asked, release}, nil
		},
	}
}

// Quit also closes once the signal is released, by Leave or Stop.
func (d *childGroup) Quit() <-chan struct{} { return d.asked.Done() }

func (d *childGroup) Leave() error {
	defer d.release()
	if !d.handle.Alive() { // its number may be another's by now
		return nil
	}
	if err := syscall.Kill(-d.Pid(), syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("killing process group %d: %w", d.Pid(), err)
	}
	<-d.Done()
	return nil
}

func (d *childGroup) Stop() (Report, error) {
	defer d.release()
	return d.worker.Stop()
}

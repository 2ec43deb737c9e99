//go:build unix

package lifecycle

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// execWorker is a small program under an exec.Cmd.
//
// Guarantees: it can be killed, and its crash is nobody else's. Costs: a process;
// while it lives, two pipes and a goroutine that waits. Breaks when: it has started
// others. Killed, it leaves them; and where they hold its pipes, Wait waits for
// them, unless WaitDelay is set or the pipes are files.
//
// Source: os/exec, Cmd.
type execWorker struct {
	life
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

func execVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "exec",
			Summary:    "small program by exec.Cmd, asked by SIGTERM",
			File:       "exec_unix.go",
			Source:     "os/exec, Cmd",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As:    role.Process,
		Kills: true,
		New:   func(Options) Starter { return starter(startExec) },
	}
}

func startExec(t *Task) (Worker, error) {
	w := &execWorker{life: newLife(), cmd: exec.Command(shell, "-c", t.script)}
	stdin, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	w.stdin = stdin
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		stdin.Close()
		w.cmd.Stdin.(io.Closer).Close()
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	if err := w.cmd.Start(); err != nil { // closes the pipes
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	_, err = io.ReadFull(stdout, make([]byte, 1))
	go func() {
		defer close(w.done)
		w.cmd.Wait() // its error says no more than the state
		w.end = endOf(w.cmd.ProcessState)
	}()
	if err != nil {
		w.Kill()
		return nil, fmt.Errorf("starting a program: it is not ready, it ended with %d: %w", w.Join().Code, err)
	}
	return w, nil
}

func (w *execWorker) Finish() error {
	w.stdin.Close() // Wait may have done so
	return nil
}

func (w *execWorker) Ask() error  { return send(w.cmd.Process, syscall.SIGTERM) }
func (w *execWorker) Kill() error { return send(w.cmd.Process, syscall.SIGKILL) }

// CPU is the processor time that the process has used.
func (w *execWorker) CPU() (time.Duration, error) {
	if w.Alive() {
		return role.ProcessCPU(w.cmd.Process.Pid)
	}
	return w.cmd.ProcessState.UserTime() + w.cmd.ProcessState.SystemTime(), nil
}

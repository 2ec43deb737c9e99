//go:build unix

package lifecycle

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// startProcess is a small program under os.StartProcess, the layer below exec.Cmd.
//
// Guarantees: as exec. Costs: as exec, less the bookkeeping of a Cmd. Breaks when:
// somebody forgets what a Cmd remembers: to close the child's ends of the pipes
// here, to wait on every path (or there is a zombie), and what the descriptors
// are.
//
// Source: package os, StartProcess and Process.Wait.
type startProcess struct {
	life
	process *os.Process
	state   *os.ProcessState // set before done is closed
	stdin   *os.File
}

func startProcessVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "start.process",
			Summary:    "small program by os.StartProcess, asked by SIGTERM",
			File:       "start_process_unix.go",
			Source:     "os.StartProcess",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As:    role.Process,
		Kills: true,
		New:   func(Options) Starter { return starter(startProgram) },
	}
}

func startProgram(t *Task) (Worker, error) {
	theirIn, stdin, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	defer theirIn.Close()
	stdout, theirOut, err := os.Pipe()
	if err != nil {
		stdin.Close()
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	defer stdout.Close() // nothing comes after the first line
	w := &startProcess{life: newLife(), stdin: stdin}
	w.process, err = os.StartProcess(shell, []string{shell, "-c", t.script}, &os.ProcAttr{
		Files: []*os.File{theirIn, theirOut, theirOut}, // there is nobody to read complaints
	})
	theirOut.Close() // at once: its end of file is to be the child's
	if err != nil {
		stdin.Close()
		return nil, fmt.Errorf("starting a program: %w", err)
	}
	_, notReady := io.ReadFull(stdout, make([]byte, 1))
	go w.wait()
	if notReady != nil {
		w.Kill()
		return nil, fmt.Errorf("starting a program: it is not ready, it ended with %d: %w", w.Join().Code, notReady)
	}
	return w, nil
}

func (w *startProcess) wait() {
	defer close(w.done)
	state, err := w.process.Wait()
	err = errors.Join(err, w.stdin.Close())
	if state == nil {
		w.end = End{1, fmt.Errorf("waiting for process %d: %w", w.process.Pid, err)}
		return
	}
	w.state, w.end = state, endOf(state)
}

func (w *startProcess) Finish() error {
	w.stdin.Close() // wait may have done so
	return nil
}

func (w *startProcess) Ask() error  { return send(w.process, syscall.SIGTERM) }
func (w *startProcess) Kill() error { return send(w.process, syscall.SIGKILL) }

// CPU is the processor time that the process has used.
func (w *startProcess) CPU() (time.Duration, error) {
	if w.Alive() || w.state == nil {
		return role.ProcessCPU(w.process.Pid)
	}
	return w.state.UserTime() + w.state.SystemTime(), nil
}

//go:build unix

package pipe

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"crossover/patterns"
	"crossover/patterns/role"
)

// rawPipeVariant is a pipe of the kernel's each way whose descriptors are left
// blocking: each call is a plain read(2) or write(2) in which the calling thread
// sleeps. os.File is around it only so that closing and reading do not meet.
//
// Guarantees what os.pipe does, without the poller between the kernel's wake-up
// and the goroutine. Costs a thread for each side that waits, and its P for up to
// a tick of the scheduler's monitor.
//
// It breaks where somebody has to give up: a thread in a blocking call is woken
// by its counterpart, or by the counterpart's end, and by nothing else. Many
// pipes need as many threads.
//
// Source: pipe(7); golang.org/x/sys/unix.
func rawPipeVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "raw.pipe",
			Summary: "kernel pipe each way, blocking system calls",
			File:    "raw_pipe_unix.go",
			Source:  "pipe(7); golang.org/x/sys/unix",
			Tier:    patterns.Unsafe,
			Properties: patterns.Properties{
				Survives: patterns.SurvivesCrash, Crosses: true,
			},
		},
		Ahead:   pipeAhead,
		Notices: true,
		New: func() (a, b End, err error) {
			r1, w1, err := blockingPipe()
			if err != nil {
				return nil, nil, err
			}
			r2, w2, err := blockingPipe()
			if err != nil {
				return nil, nil, errors.Join(err, r1.Close(), w1.Close())
			}
			return newStream("raw.pipe", r1, w2), newStream("raw.pipe", r2, w1), nil
		},
		Open: func(w role.Wire) (End, error) { return newStream("raw.pipe", w.Files[0], w.Files[1]), nil },
	}
}

// blockingPipe is what os.Pipe was before the poller. os.NewFile leaves a
// blocking descriptor as it is.
func blockingPipe() (r, w *os.File, err error) {
	var p [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := unix.Pipe(p[:]); err != nil {
		return nil, nil, fmt.Errorf("making a pipe: %w", err)
	}
	unix.CloseOnExec(p[0])
	unix.CloseOnExec(p[1])
	return os.NewFile(uintptr(p[0]), "raw pipe"), os.NewFile(uintptr(p[1]), "raw pipe"), nil
}

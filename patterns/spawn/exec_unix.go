//go:build unix

package spawn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// execSpawner starts a process for every argument with package os/exec: this
// program again, which is told its argument on standard input and answers on
// standard output.
//
// Guarantees: a worker that exits, crashes or is killed harms nobody else, and
// shares no memory. Costs: fork, exec and the start of a Go runtime with the
// package variables of the whole program, milliseconds; megabytes; two pipes.
// Breaks when: the system has no room for more processes, or this one for more
// descriptors; a worker is then listed as not started. Ends when this program
// does: its standard input then ends.
//
// Source: package os/exec; Python multiprocessing.Process, start method spawn.
type execSpawner[In, Out any] struct{ crew[In, Out] }

func execVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "exec",
			Summary:    "process with exec.Cmd",
			File:       "exec_unix.go",
			Source:     "package os/exec",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As: role.Process,
		New: func(b *Body[In, Out], o Options) (Spawner[In, Out], error) {
			return &execSpawner[In, Out]{crew[In, Out]{body: b, o: o}}, nil
		},
	}
}

func (s *execSpawner[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		p, err := s.start()
		workers.Go(func() { s.once(p, err, hold, args[i], &ends[i]) })
	}
	workers.Wait()
	return ends
}

func (s *execSpawner[In, Out]) start() (*process, error) {
	path, args, env, err := s.body.program.Command(s.o.GOMAXPROCS)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path)
	cmd.Args, cmd.Env, cmd.Stderr = args, env, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making a pipe: %w", err), in.Close(), cmd.Stdin.(io.Closer).Close())
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a process: %w", err)
	}
	return &process{
		pid: cmd.Process.Pid,
		in:  in,
		out: json.NewDecoder(out),
		wait: func() (*os.ProcessState, error) {
			err := cmd.Wait()
			return cmd.ProcessState, err
		},
	}, nil
}

func (s *execSpawner[In, Out]) Release() error { return nil }

//go:build unix

package spawn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// startprocess is os.StartProcess with two pipes, without what package os/exec
// adds: the search for the executable, goroutines that copy, the context.
//
// Guarantees: those of exec. Costs: nearly those of exec, for most of it is the
// start of the process itself. Breaks when: a descriptor is not closed on every
// path, which package os/exec would have seen to.
//
// Source: package os, StartProcess.
type startprocess[In, Out any] struct{ crew[In, Out] }

func startprocessVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "startprocess",
			Summary:    "process with os.StartProcess and two pipes",
			File:       "startprocess_unix.go",
			Source:     "package os, StartProcess",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		As: role.Process,
		New: func(b *Body[In, Out], o Options) (Spawner[In, Out], error) {
			return &startprocess[In, Out]{crew[In, Out]{body: b, o: o}}, nil
		},
	}
}

func (s *startprocess[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
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

// start starts a process that waits for its first request.
func (c *crew[In, Out]) start() (*process, error) {
	path, args, env, err := c.body.program.Command(c.o.GOMAXPROCS)
	if err != nil {
		return nil, err
	}
	theirIn, in, err := role.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	out, theirOut, err := role.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	defer theirOut.Close()
	p, err := os.StartProcess(path, args, &os.ProcAttr{Env: env, Files: []*os.File{theirIn, theirOut, os.Stderr}})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting a process: %w", err), in.Close(), out.Close())
	}
	return &process{
		pid: p.Pid,
		in:  in,
		out: json.NewDecoder(out),
		wait: func() (*os.ProcessState, error) {
			defer out.Close()
			return p.Wait()
		},
	}, nil
}

func (s *startprocess[In, Out]) Release() error { return nil }

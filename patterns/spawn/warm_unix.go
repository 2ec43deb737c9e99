//go:build unix

package spawn

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// warm keeps its worker processes: an argument goes to one that has nothing to do
// and is there already, and a new one is started only if there is none.
//
// Guarantees: those of exec, but for memory: what a worker left there the next
// one in its process finds. One that dies idle is replaced and nothing is lost.
// Costs: a round trip over pipes, tens of microseconds; the memory of all that
// ever ran at once, until Release. Breaks when: a body leaks, or leaves behind
// what the next must not see.
//
// Source: the FastCGI process manager; Python multiprocessing.Pool.
type warm[In, Out any] struct {
	crew[In, Out]
	mu   sync.Mutex
	idle []*process // the last one has been idle for the shortest time
}

func warmVariant[In, Out any]() Variant[In, Out] {
	return Variant[In, Out]{
		Info: patterns.Info{
			Name:       "warm",
			Summary:    "idle process if there is one, else a new one",
			File:       "warm_unix.go",
			Source:     "FastCGI process managers",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Keeps: true,
		As:    role.Process,
		New:   newWarm[In, Out],
	}
}

// newWarm returns when the first processes are up.
func newWarm[In, Out any](b *Body[In, Out], o Options) (Spawner[In, Out], error) {
	s := &warm[In, Out]{crew: crew[In, Out]{body: b, o: o}}
	var err error
	for range o.Ready {
		var p *process
		if p, err = s.start(); err != nil {
			break
		}
		s.keep(p)
	}
	for _, p := range s.idle {
		if err == nil {
			err = s.ask(p)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting %d worker processes: %w", o.Ready, err), s.Release())
	}
	return s, nil
}

func (s *warm[In, Out]) Spawn(ctx context.Context, hold *Hold, args []In) []End[Out] {
	ends := make([]End[Out], len(args))
	var workers sync.WaitGroup
	for i := range args {
		if ctx.Err() != nil {
			notStarted(ctx, hold, ends[i:])
			break
		}
		p := s.take()
		workers.Go(func() { s.run(p, hold, args[i], &ends[i]) })
	}
	workers.Wait()
	return ends
}

// run has an idle process do the work, or a new one if there is none or it turns
// out to have died: then it was not told, and nothing is done twice.
func (s *warm[In, Out]) run(p *process, hold *Hold, in In, end *End[Out]) {
	at := &place{hold: hold}
	defer at.settle()
	if p != nil {
		told, err := s.converse(p, at, in, false, end)
		if err == nil {
			s.keep(p)
			return
		}
		if err = s.bury(p, err); told {
			end.Err = err
			return
		}
	}
	p, err := s.start()
	if err != nil {
		end.Err = fmt.Errorf("%w: %w", ErrNotStarted, err)
		return
	}
	if _, err := s.converse(p, at, in, false, end); err != nil {
		end.Err = s.bury(p, err)
		return
	}
	s.keep(p)
}

func (s *warm[In, Out]) take() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.idle)
	if n == 0 {
		return nil
	}
	p := s.idle[n-1]
	s.idle = s.idle[:n-1]
	return p
}

func (s *warm[In, Out]) keep(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, p)
}

// Release ends the processes. One that did not end well is an error, though its
// death cost nothing.
func (s *warm[In, Out]) Release() error {
	var errs []error
	for _, p := range s.idle {
		p.in.Close() // all before the first is waited for
	}
	for _, p := range s.idle {
		errs = append(errs, s.bury(p, nil))
	}
	return errors.Join(errs...)
}

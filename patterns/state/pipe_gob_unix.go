//go:build unix

package state

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeGob is an owner at the other end of two pipes, that is sent one call at a
// time as gob: a function call with a process boundary in it.
//
// Guarantees that calls take effect one after the other, and that the death of the
// owner is an error for the caller and nothing worse. Costs a round trip over
// pipes, four system calls and two wake-ups, and gob either way, with its
// allocations. Callers wait for each other for all of it.
//
// It breaks with many callers: the owner idles while an answer travels. The data
// is gone with its owner. K has to be something that gob can encode.
//
// Source: encoding/gob; Python's multiprocessing.Manager, which is this with
// pickle.
type pipeGob[K comparable] struct {
	owner *owner
	link  *link

	mu   sync.Mutex // over a whole call
	out  *gob.Encoder
	in   *gob.Decoder
	torn bool // a call failed half-way: the streams are of no more use
}

// gobDesk is the owner's end.
type gobDesk[K comparable] struct{ link *link }

func pipeGobVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "pipe.gob",
			Summary:    "owner over a pair of pipes, one call at a time as gob",
			File:       "pipe_gob_unix.go",
			Source:     "encoding/gob; Python's multiprocessing.Manager",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Owned: true,
		New:   newPipeGob[K],
		open:  func(w role.Wire) (desk[K], error) { return &gobDesk[K]{&link{w.Files[0], w.Files[1]}}, nil },
	}
}

func newPipeGob[K comparable](r *Rule[K], o Options) (Store[K], error) {
	ours, theirs, err := newLink()
	if err != nil {
		return nil, err
	}
	owner, err := hireOver(r, o, ours, theirs, &gobDesk[K]{theirs})
	if err != nil {
		return nil, err
	}
	return &pipeGob[K]{owner: owner, link: ours, out: gob.NewEncoder(ours), in: gob.NewDecoder(ours)}, nil
}

func (s *pipeGob[K]) Add(key K, delta int64) (int64, error) {
	return s.do(Request[K]{Key: key, Delta: delta})
}

func (s *pipeGob[K]) Get(key K) (int64, error) { return s.do(Request[K]{Read: true, Key: key}) }

func (s *pipeGob[K]) do(q Request[K]) (int64, error) {
	a, ok := s.ask(q)
	if !ok {
		return 0, s.owner.gone()
	}
	return a.result()
}

// ask sends a request and waits for the answer. It fails if the store is closed or
// the owner gone.
func (s *pipeGob[K]) ask(q Request[K]) (a Answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.torn || s.owner.closed.Load() {
		return a, false
	}
	if s.out.Encode(&q) != nil || s.in.Decode(&a) != nil {
		s.torn = true
		s.link.Close() // whatever it was, the owner is to end
		return a, false
	}
	return a, true
}

// Owner is the role at the other end.
func (s *pipeGob[K]) Owner() Owner { return s.owner }

func (s *pipeGob[K]) Close() error {
	return s.owner.end(func() {
		s.mu.Lock() // behind the call under way
		defer s.mu.Unlock()
		s.link.Close()
	})
}

func (d *gobDesk[K]) export() (role.Wire, error) { return d.link.wire("pipe.gob"), nil }

// serve is the owner.
func (d *gobDesk[K]) serve(ctx context.Context, l *ledger[K]) error {
	defer d.link.Close()
	defer d.link.until(ctx)()
	in, out := gob.NewDecoder(d.link), gob.NewEncoder(d.link)
	for {
		// A new one each time: gob leaves out zero values and would let those of the
		// request before shine through.
		var q Request[K]
		switch err := in.Decode(&q); {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return fmt.Errorf("reading a request: %w", err)
		}
		if err := out.Encode(l.reply(q)); err != nil {
			return fmt.Errorf("sending an answer: %w", err)
		}
	}
}

package state

import (
	"context"
	"sync"

	"crossover/patterns"
)

// mailboxVariant is a goroutine that owns the map and empties its mailbox at one
// go: callers append to a slice under a mutex, the owner takes the whole slice.
//
// Guarantees that calls take effect one after the other, in the order of the box.
// Costs a short critical section a call, and a wake-up of the owner only when the
// box was empty: the more callers, the fewer. The caller still waits to be woken.
//
// It breaks when there is one caller: then every batch is one call, and it is a
// slower channel. The box is as long as there are callers and no longer, for each
// waits for its answer; without answers it would grow without bound.
//
// Source: the actor mailboxes of Akka and Proto.Actor (batched by throughput);
// group commit of databases.
func mailboxVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "mailbox",
			Summary:    "goroutine that owns the map, empties a mailbox in batches",
			File:       "mailbox.go",
			Source:     "actor mailboxes (Akka, Proto.Actor); group commit",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Owned: true,
		New:   newMailbox[K],
	}
}

type mailbox[K comparable] struct {
	owner *owner
	calls calls[K]

	mu   sync.Mutex // over what follows
	mail sync.Cond
	box  []*call[K]
	shut bool
}

func newMailbox[K comparable](r *Rule[K], o Options) (Store[K], error) {
	s := &mailbox[K]{}
	s.mail.L = &s.mu
	var err error
	if s.owner, err = r.hire(s, o); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *mailbox[K]) Add(key K, delta int64) (int64, error) { return s.do(false, key, delta) }

func (s *mailbox[K]) Get(key K) (int64, error) { return s.do(true, key, 0) }

func (s *mailbox[K]) do(read bool, key K, delta int64) (int64, error) {
	c := s.calls.get(read, key, delta)
	s.mu.Lock()
	if s.shut {
		s.mu.Unlock()
		return 0, s.owner.gone()
	}
	s.box = append(s.box, c)
	if len(s.box) == 1 {
		s.mail.Signal()
	}
	s.mu.Unlock()
	return s.calls.result(c)
}

// serve is the owner.
func (s *mailbox[K]) serve(ctx context.Context, l *ledger[K]) error {
	defer context.AfterFunc(ctx, s.close)()
	var batch []*call[K]
	next := 0
	defer func() { // an update may have ended this goroutine in the middle
		s.close()
		for _, c := range append(batch[next:], s.empty(nil)...) {
			c.value, c.err = 0, ErrLost
			c.finish()
		}
	}()
	for {
		if ctx.Err() != nil {
			s.close() // whoever is to do it may starve, see role.Thread
		}
		batch, next = s.empty(batch), 0
		if len(batch) == 0 {
			return context.Cause(ctx)
		}
		for _, c := range batch {
			next++
			l.answer(c)
		}
	}
}

// empty waits for mail and takes all of it, leaving the walked batch in its place;
// nothing once the box is shut and empty.
func (s *mailbox[K]) empty(walked []*call[K]) []*call[K] {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.box) == 0 && !s.shut {
		s.mail.Wait()
	}
	batch := s.box
	s.box = walked[:0]
	return batch
}

// close lets nothing more in. What is in is still done.
func (s *mailbox[K]) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
	s.mail.Signal()
}

// Owner is the goroutine.
func (s *mailbox[K]) Owner() Owner { return s.owner }

func (s *mailbox[K]) Close() error { return s.owner.dismiss() }

package state

import (
	"context"

	"crossover/patterns"
)

// chanVariant is a goroutine that owns the map and takes requests from a channel:
// do not communicate by sharing memory, share memory by communicating.
//
// Guarantees that calls take effect one after the other, in the order the channel
// has. Costs two switches of goroutines a call, one to ask and one to be answered,
// each with a channel's lock. Requests and their reply channels are used again, so
// a call allocates nothing.
//
// It breaks when updates are short: the way there costs many times what is done
// there. And the owner is one goroutine: however many CPUs there are, reads do not
// run side by side.
//
// Source: Hoare, Communicating Sequential Processes, CACM 21(8), 1978; Go blog,
// Share Memory By Communicating.
func chanVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "chan",
			Summary:    "goroutine that owns the map, request channel",
			File:       "chan.go",
			Source:     "Go blog, Share Memory By Communicating",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Owned: true,
		New:   newChanStore[K],
	}
}

type chanStore[K comparable] struct {
	owner    *owner
	requests chan *call[K]
	calls    calls[K]
}

func newChanStore[K comparable](r *Rule[K], o Options) (Store[K], error) {
	s := &chanStore[K]{requests: make(chan *call[K])}
	var err error
	if s.owner, err = r.hire(s, o); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *chanStore[K]) Add(key K, delta int64) (int64, error) { return s.do(false, key, delta) }

func (s *chanStore[K]) Get(key K) (int64, error) { return s.do(true, key, 0) }

func (s *chanStore[K]) do(read bool, key K, delta int64) (int64, error) {
	c := s.calls.get(read, key, delta)
	select {
	case s.requests <- c:
		return s.calls.result(c)
	case <-s.owner.Done():
		return 0, s.owner.gone()
	}
}

// serve is the owner.
func (s *chanStore[K]) serve(ctx context.Context, l *ledger[K]) error {
	for {
		select {
		case c := <-s.requests:
			l.answer(c)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Owner is the goroutine.
func (s *chanStore[K]) Owner() Owner { return s.owner }

func (s *chanStore[K]) Close() error { return s.owner.dismiss() }

package state

import (
	"context"

	"crossover/patterns"
)

// chanFuncVariant is a goroutine that owns the map and is sent what to do with it:
// closures, where chan sends requests of a fixed form.
//
// Guarantees what chan does, and that a caller can do anything at all to the data,
// several keys included, with nobody in between. Costs the same two switches of
// goroutines and, each call, a closure and a channel that are allocated.
//
// It breaks when updates are short, as chan does, and where somebody lets the map
// out of the closure: nothing but care keeps it in.
//
// Source: Cheney, Mid-stack actors; the ops channel of many Go servers, Donovan and
// Kernighan, The Go Programming Language, 9.1 (monitor goroutine).
func chanFuncVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "chan.func",
			Summary:    "goroutine that owns the map, channel of closures",
			File:       "chan_func.go",
			Source:     "Donovan and Kernighan, The Go Programming Language, 9.1",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Owned: true,
		New:   newChanFunc[K],
	}
}

type chanFunc[K comparable] struct {
	owner *owner
	todo  chan func(*ledger[K])
}

func newChanFunc[K comparable](r *Rule[K], o Options) (Store[K], error) {
	s := &chanFunc[K]{todo: make(chan func(*ledger[K]))}
	var err error
	if s.owner, err = r.hire(s, o); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *chanFunc[K]) Add(key K, delta int64) (v int64, err error) {
	lost := s.do(func(l *ledger[K]) { v, err = 0, ErrLost; v, err = l.perform(false, key, delta) })
	if lost != nil {
		return 0, lost
	}
	return v, err
}

func (s *chanFunc[K]) Get(key K) (v int64, err error) {
	if err := s.do(func(l *ledger[K]) { v = l.values[key] }); err != nil {
		return 0, err
	}
	return v, nil
}

// do has f done and waits until it is.
func (s *chanFunc[K]) do(f func(*ledger[K])) error {
	done := make(chan struct{})
	select {
	case s.todo <- func(l *ledger[K]) { defer close(done); f(l) }:
		<-done
		return nil
	case <-s.owner.Done():
		return s.owner.gone()
	}
}

// serve is the owner.
func (s *chanFunc[K]) serve(ctx context.Context, l *ledger[K]) error {
	for {
		select {
		case f := <-s.todo:
			f(l)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Owner is the goroutine.
func (s *chanFunc[K]) Owner() Owner { return s.owner }

func (s *chanFunc[K]) Close() error { return s.owner.dismiss() }

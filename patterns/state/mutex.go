package state

import (
	"sync"

	"crossover/patterns"
)

// mutexVariant is a map under a mutex, as everybody writes it.
//
// Guarantees that calls take effect one after the other. Costs a lock and an
// unlock a call; no allocation once a key is there.
//
// It breaks when updates are long: whoever wants any key waits for all of them,
// readers included. An update that never returns stops everybody.
//
// Source: sync.Mutex.
func mutexVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "mutex",
			Summary:    "map under a mutex",
			File:       "mutex.go",
			Source:     "sync.Mutex",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		New: newMutexStore[K],
	}
}

type mutexStore[K comparable] struct {
	rule   *Rule[K]
	effort int

	mu     sync.Mutex
	values map[K]int64
	closed bool
}

func newMutexStore[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	return &mutexStore[K]{rule: r, effort: o.Effort, values: map[K]int64{}}, nil
}

func (s *mutexStore[K]) Add(key K, delta int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, ErrClosed
	}
	v, err := s.rule.Update(s.effort, s.values[key], delta)
	if err == nil {
		s.values[key] = v
	}
	return v, err
}

func (s *mutexStore[K]) Get(key K) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, ErrClosed
	}
	return s.values[key], nil
}

func (s *mutexStore[K]) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

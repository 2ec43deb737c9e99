package state

import (
	"sync"

	"crossover/patterns"
)

// rwmutexVariant is a map under a lock that readers share.
//
// Guarantees what the mutex does. Costs two atomic operations on one word a read,
// more than a mutex an update.
//
// It breaks as hopes do: readers do not wait for each other, but each of them
// writes to the lock's count, and its cache line travels from CPU to CPU. Short
// reads gain little over a mutex; long ones gain.
//
// Source: sync.RWMutex.
func rwmutexVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "rwmutex",
			Summary:    "map under a lock that readers share",
			File:       "rwmutex.go",
			Source:     "sync.RWMutex",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		ReadMostly: true,
		New:        newRWMutexStore[K],
	}
}

type rwmutexStore[K comparable] struct {
	rule   *Rule[K]
	effort int

	mu     sync.RWMutex
	values map[K]int64
	closed bool
}

func newRWMutexStore[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	return &rwmutexStore[K]{rule: r, effort: o.Effort, values: map[K]int64{}}, nil
}

func (s *rwmutexStore[K]) Add(key K, delta int64) (int64, error) {
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

func (s *rwmutexStore[K]) Get(key K) (int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, ErrClosed
	}
	return s.values[key], nil
}

func (s *rwmutexStore[K]) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

package state

import (
	"maps"
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// cowVariant is a map that never changes: an update copies it, changes the copy
// and puts that in its place.
//
// Guarantees that calls take effect one after the other, and that a read never
// waits, whatever updates do. Costs one load a read beyond the map's own lookup,
// and a copy of the whole map an update.
//
// It breaks when updates are more than rare or the map is large: both the time and
// the garbage of an update grow with the number of keys. Updates wait for each
// other under a mutex: to copy first and to see afterwards whether somebody was
// faster was tempting, but makes copies in vain.
//
// Source: sync/atomic, Value, example ReadMostly; read-copy update.
func cowVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "cow",
			Summary:    "map copied on write, behind an atomic pointer",
			File:       "cow.go",
			Source:     "sync/atomic, Value, example ReadMostly",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		ReadMostly: true,
		New:        newCowStore[K],
	}
}

type cowStore[K comparable] struct {
	rule   *Rule[K]
	effort int

	updating sync.Mutex
	values   atomic.Pointer[map[K]int64] // nil once closed
}

func newCowStore[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	s := &cowStore[K]{rule: r, effort: o.Effort}
	s.values.Store(&map[K]int64{})
	return s, nil
}

func (s *cowStore[K]) Add(key K, delta int64) (int64, error) {
	s.updating.Lock()
	defer s.updating.Unlock()
	old := s.values.Load()
	if old == nil {
		return 0, ErrClosed
	}
	v, err := s.rule.Update(s.effort, (*old)[key], delta)
	if err != nil {
		return 0, err
	}
	values := maps.Clone(*old)
	values[key] = v
	s.values.Store(&values)
	return v, nil
}

func (s *cowStore[K]) Get(key K) (int64, error) {
	values := s.values.Load()
	if values == nil {
		return 0, ErrClosed
	}
	return (*values)[key], nil
}

func (s *cowStore[K]) Close() error {
	s.updating.Lock()
	defer s.updating.Unlock()
	s.values.Store(nil)
	return nil
}

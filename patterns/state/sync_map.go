package state

import (
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// syncMapVariant is a sync.Map of atomic integers: the map changes only when a key
// is new, and each value is a counter of its own.
//
// Guarantees that calls on a key take effect one after the other; calls on
// different keys do not meet. Costs a lookup in a concurrent hash trie and one
// atomic instruction; two allocations for a new key.
//
// It breaks when an update concerns several keys, for there is no moment at which
// all are still, and with long updates as the atomic integer does: they are done
// again when somebody was faster.
//
// Source: sync.Map; expvar.Map keeps its counters so.
func syncMapVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "sync.map",
			Summary:    "sync.Map of atomic integers",
			File:       "sync_map.go",
			Source:     "sync.Map; expvar.Map",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		New: newSyncMap[K],
	}
}

type syncMap[K comparable] struct {
	rule   *Rule[K]
	effort int
	closed atomic.Bool
	values sync.Map // K → *atomic.Int64
}

func newSyncMap[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	return &syncMap[K]{rule: r, effort: o.Effort}, nil
}

func (s *syncMap[K]) Add(key K, delta int64) (int64, error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	v, ok := s.values.Load(key)
	if !ok {
		v, _ = s.values.LoadOrStore(key, new(atomic.Int64))
	}
	return s.rule.updateAtomic(v.(*atomic.Int64), s.effort, delta)
}

func (s *syncMap[K]) Get(key K) (int64, error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	v, ok := s.values.Load(key)
	if !ok {
		return 0, nil
	}
	return v.(*atomic.Int64).Load(), nil
}

func (s *syncMap[K]) Close() error {
	s.closed.Store(true)
	return nil
}

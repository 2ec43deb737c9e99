package peers

import (
	"errors"
	"fmt"

	"github.com/puzpuzpuz/xsync/v4"

	"crossover/patterns"
	"crossover/patterns/state"
)

// xsyncCounterVariant is xsync's striped counter.
func xsyncCounterVariant[K comparable]() state.Variant[K] {
	return state.Variant[K]{
		Info: patterns.Info{
			Name:       "xsync.counter",
			Summary:    "xsync Counter: stripes of a counter, reads add up",
			File:       "state_xsync.go",
			Source:     "github.com/puzpuzpuz/xsync/v4; Java's LongAdder",
			Tier:       patterns.Lib,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Counter: true,
		Adds:    true,
		Weak:    true,
		New: func(r *state.Rule[K], o state.Options) (state.Store[K], error) {
			if err := o.Unowned(); err != nil {
				return nil, err
			}
			if !r.Adds() {
				return nil, fmt.Errorf("xsync.counter: a rule other than addition: %w", errors.ErrUnsupported)
			}
			return &xsyncCounter[K]{counter: xsync.NewCounter()}, nil
		},
	}
}

type xsyncCounter[K comparable] struct {
	closable
	counter *xsync.Counter
}

func (s *xsyncCounter[K]) Add(key K, delta int64) (int64, error) {
	if s.closed.Load() {
		return 0, state.ErrClosed
	}
	if key != *new(K) {
		return 0, state.ErrKey
	}
	s.counter.Add(delta)
	return 0, nil
}

func (s *xsyncCounter[K]) Get(key K) (int64, error) {
	if s.closed.Load() {
		return 0, state.ErrClosed
	}
	if key != *new(K) {
		return 0, state.ErrKey
	}
	return s.counter.Value(), nil
}

// xsyncMapVariant is xsync's hash table. Its own way of updating is Compute, which
// runs the rule once, under the lock of a bucket, and stores a new entry.
func xsyncMapVariant[K comparable]() state.Variant[K] {
	return state.Variant[K]{
		Info: patterns.Info{
			Name:       "xsync.map",
			Summary:    "xsync Map: Load, and Compute under a bucket's lock",
			File:       "state_xsync.go",
			Source:     "github.com/puzpuzpuz/xsync/v4; cache-line hash table (CLHT)",
			Tier:       patterns.Lib,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		New: func(r *state.Rule[K], o state.Options) (state.Store[K], error) {
			if err := o.Unowned(); err != nil {
				return nil, err
			}
			return &xsyncMap[K]{rule: r, effort: o.Effort, values: xsync.NewMap[K, int64]()}, nil
		},
	}
}

type xsyncMap[K comparable] struct {
	closable
	rule   *state.Rule[K]
	effort int
	values *xsync.Map[K, int64]
}

func (s *xsyncMap[K]) Add(key K, delta int64) (int64, error) {
	if s.closed.Load() {
		return 0, state.ErrClosed
	}
	var err error
	v, _ := s.values.Compute(key, func(old int64, _ bool) (int64, xsync.ComputeOp) {
		var updated int64
		if updated, err = s.rule.Update(s.effort, old, delta); err != nil {
			return old, xsync.CancelOp
		}
		return updated, xsync.UpdateOp
	})
	if err != nil {
		return 0, err
	}
	return v, nil
}

func (s *xsyncMap[K]) Get(key K) (int64, error) {
	if s.closed.Load() {
		return 0, state.ErrClosed
	}
	v, _ := s.values.Load(key)
	return v, nil
}

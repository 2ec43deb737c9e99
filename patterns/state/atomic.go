package state

import (
	"sync/atomic"

	"crossover/patterns"
)

// cacheLine is what is kept between fields that different CPUs write, in bytes.
// Twice a line, for CPUs fetch them in pairs.
const cacheLine = 128

// atomicVariant is one atomic integer.
//
// Guarantees that calls take effect one after the other, without anybody ever
// waiting. Costs one atomic instruction a call, and the way of a cache line from
// the CPU that had it last.
//
// It breaks when there is more than a number to keep consistent. With a rule other
// than addition an update is computed first and put in place if nobody was faster,
// else computed again: long updates under contention are mostly done in vain, and
// an unlucky caller starves.
//
// Source: sync/atomic, Int64.Add and CompareAndSwap.
func atomicVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "atomic",
			Summary:    "one atomic integer",
			File:       "atomic.go",
			Source:     "sync/atomic",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Counter: true,
		New:     newAtomicStore[K],
	}
}

type atomicStore[K comparable] struct {
	rule   *Rule[K]
	effort int
	closed atomic.Bool

	_     [cacheLine]byte
	value atomic.Int64
	_     [cacheLine]byte
}

func newAtomicStore[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	return &atomicStore[K]{rule: r, effort: o.Effort}, nil
}

func (s *atomicStore[K]) Add(key K, delta int64) (int64, error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	if err := checkKey(key); err != nil {
		return 0, err
	}
	return s.rule.updateAtomic(&s.value, s.effort, delta)
}

// updateAtomic is Update of a value that others update too.
func (r *Rule[K]) updateAtomic(value *atomic.Int64, effort int, delta int64) (int64, error) {
	if r.Adds() {
		return value.Add(delta), nil
	}
	for {
		old := value.Load()
		v, err := r.Update(effort, old, delta)
		if err != nil || value.CompareAndSwap(old, v) {
			return v, err
		}
	}
}

func (s *atomicStore[K]) Get(key K) (int64, error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	if err := checkKey(key); err != nil {
		return 0, err
	}
	return s.value.Load(), nil
}

func (s *atomicStore[K]) Close() error {
	s.closed.Store(true)
	return nil
}

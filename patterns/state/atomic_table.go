package state

import (
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// atomicTableVariant is an open-addressed hash table whose slots point to entries,
// each a key and its atomic integer. A slot is filled once and never emptied, so
// that to find a key is to walk from its hash to the first free slot.
//
// Guarantees that calls on a key take effect one after the other, and that a read
// never waits; calls on different keys do not meet. Costs three loads that depend
// on each other (table, slot, entry) and one atomic instruction to update; no
// allocation once a key is there. A new key takes a mutex, and now and then copies
// the slots to a table twice as large: entries stay where they are, so that updates
// need not wait for it, nor be done again.
//
// It breaks where keys come and go, for none is ever given up: to empty a slot would
// cut the walk to those behind it. Updates of several keys and long ones break it as
// they do sync.Map.
//
// Source: Click, A Lock-Free Wait-Free Hash Table, 2007, and Maier, Sanders and
// Dementiev, Concurrent Hash Tables: Fast and General(?)!, PPoPP 2016, without what
// lets new keys in side by side; the hash of integers is xsync.Map's.
func atomicTableVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "atomic.table",
			Summary:    "open-addressed hash table of atomic integers",
			File:       "atomic_table.go",
			Source:     "Maier, Sanders and Dementiev, Concurrent Hash Tables, PPoPP 2016",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		New: newAtomicTable[K],
	}
}

type atomicTable[K comparable] struct {
	rule   *Rule[K]
	effort int
	seed   maphash.Seed
	mixer  uint64                   // is the seed for integers
	slots  atomic.Pointer[slots[K]] // nil once closed

	inserting sync.Mutex
	keys      int
}

// slots are a power of two in number, at least half of them nil.
type slots[K comparable] []atomic.Pointer[entry[K]]

type entry[K comparable] struct {
	key   K
	value atomic.Int64
}

func newAtomicTable[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.unowned(); err != nil {
		return nil, err
	}
	s := &atomicTable[K]{rule: r, effort: o.Effort, seed: maphash.MakeSeed()}
	s.mixer = maphash.Comparable(s.seed, 0)
	first := make(slots[K], 16)
	s.slots.Store(&first)
	return s, nil
}

// hash spares the common integers the way through the runtime.
func (s *atomicTable[K]) hash(key K) uint64 {
	var n uint64
	switch k := any(key).(type) {
	case uint64:
		n = k
	case int:
		n = uint64(k)
	default:
		return maphash.Comparable(s.seed, key)
	}
	high, low := bits.Mul64(n^s.mixer, 0x9e3779b185ebca87)
	return high ^ low
}

// find returns the slot of a key, or the one where it belongs, and what is there.
func (t slots[K]) find(hash uint64, key K) (*atomic.Pointer[entry[K]], *entry[K]) {
	for ; ; hash++ {
		slot := &t[hash&uint64(len(t)-1)]
		if e := slot.Load(); e == nil || e.key == key {
			return slot, e
		}
	}
}

func (s *atomicTable[K]) Add(key K, delta int64) (int64, error) {
	t := s.slots.Load()
	if t == nil {
		return 0, ErrClosed
	}
	_, e := t.find(s.hash(key), key)
	if e == nil {
		if e = s.insert(key); e == nil {
			return 0, ErrClosed
		}
	}
	return s.rule.updateAtomic(&e.value, s.effort, delta)
}

// insert returns the entry of a key that was not there; nil when the store is closed.
func (s *atomicTable[K]) insert(key K) *entry[K] {
	s.inserting.Lock()
	defer s.inserting.Unlock()
	t := s.slots.Load()
	if t == nil {
		return nil
	}
	slot, e := t.find(s.hash(key), key)
	if e != nil { // somebody was faster
		return e
	}
	if s.keys++; 2*s.keys > len(*t) {
		t = s.grow(*t)
		slot, _ = t.find(s.hash(key), key)
	}
	e = &entry[K]{key: key}
	slot.Store(e)
	return e
}

// grow puts a table twice as large in the place of t. Who still looks into t began
// before and may miss what is new.
func (s *atomicTable[K]) grow(t slots[K]) *slots[K] {
	larger := make(slots[K], 2*len(t))
	for i := range t {
		if e := t[i].Load(); e != nil {
			slot, _ := larger.find(s.hash(e.key), e.key)
			slot.Store(e)
		}
	}
	s.slots.Store(&larger)
	return &larger
}

func (s *atomicTable[K]) Get(key K) (int64, error) {
	t := s.slots.Load()
	if t == nil {
		return 0, ErrClosed
	}
	if _, e := t.find(s.hash(key), key); e != nil {
		return e.value.Load(), nil
	}
	return 0, nil
}

func (s *atomicTable[K]) Close() error {
	s.inserting.Lock()
	defer s.inserting.Unlock()
	s.slots.Store(nil)
	return nil
}

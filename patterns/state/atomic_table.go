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

// slots are a power of two in number, at least three quarters of them free: a walk
// that meets another's entry pays for one more load.
type slots[K comparable] []atomic.Pointer[entry[K]]

type entry[K comparable] struct {
	key   K
	value atomic.Int64
}

func newAtomicTable[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	s := &atomicTable[K]{rule: r, effort: o.Effort, seed: maphash.MakeSeed()}
	s.mixer = maphash.Comparable(s.seed, 0)
	s.slots.Store(new(make(slots[K], 32)))
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

// find walks to a key and returns what it came to: its entry, or nil in the slot
// where that belongs.
func (t slots[K]) find(hash uint64, key K) (*entry[K], *atomic.Pointer[entry[K]]) {
	for ; ; hash++ {
		slot := &t[hash&uint64(len(t)-1)]
		if e := slot.Load(); e == nil || e.key == key {
			return e, slot
		}
	}
}

func (s *atomicTable[K]) Add(key K, delta int64) (int64, error) {
	t := s.slots.Load()
	if t == nil {
		return 0, ErrClosed
	}
	hash := s.hash(key)
	e, _ := t.find(hash, key)
	if e == nil {
		if e = s.insert(hash, key); e == nil {
			return 0, ErrClosed
		}
	}
	return s.rule.updateAtomic(&e.value, s.effort, delta)
}

func (s *atomicTable[K]) Get(key K) (int64, error) {
	t := s.slots.Load()
	if t == nil {
		return 0, ErrClosed
	}
	if e, _ := t.find(s.hash(key), key); e != nil {
		return e.value.Load(), nil
	}
	return 0, nil
}

// insert makes the entry of a key, unless somebody was faster, and returns it; nil
// once the store is closed.
func (s *atomicTable[K]) insert(hash uint64, key K) *entry[K] {
	s.inserting.Lock()
	defer s.inserting.Unlock()
	t := s.slots.Load()
	if t == nil {
		return nil
	}
	e, slot := t.find(hash, key)
	if e != nil {
		return e
	}
	if s.keys++; 4*s.keys > len(*t) {
		t = s.grow(*t)
		_, slot = t.find(hash, key)
	}
	e = &entry[K]{key: key}
	slot.Store(e)
	return e
}

// grow puts a table twice as large in the place of t. Who still looks into t began
// before any key came that is not in it.
func (s *atomicTable[K]) grow(t slots[K]) *slots[K] {
	larger := make(slots[K], 2*len(t))
	for i := range t {
		if e := t[i].Load(); e != nil {
			_, slot := larger.find(s.hash(e.key), e.key)
			slot.Store(e)
		}
	}
	s.slots.Store(&larger)
	return &larger
}

func (s *atomicTable[K]) Close() error {
	s.inserting.Lock()
	defer s.inserting.Unlock()
	s.slots.Store(nil)
	return nil
}

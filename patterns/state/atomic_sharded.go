package state

import (
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// atomicShardedVariant is a counter in several parts, each on a cache line of its
// own: an update goes to the part at hand, a read adds them all up.
//
// Guarantees less than one integer does: a read lies between the sum of what was
// acknowledged before it began and the sum of what was begun before it ended
// (intermediate value linearizability), and does not go back while nobody
// subtracts; but it may see a later update without an earlier one that went to
// another part. Add does not know the total. Costs an atomic instruction that
// rarely has to wait for its cache line, and a look into a sync.Pool, whose items
// stay with a P: that is the only way to ask where one runs. A read costs as many
// loads as there are parts.
//
// It breaks when reads are frequent, or when the number decides something: a limit
// cannot be held with it.
//
// Source: Rinberg and Keidar, Intermediate Value Linearizability, DISC 2020; the
// striped counters of Java's LongAdder and xsync.Counter.
func atomicShardedVariant[K comparable]() Variant[K] {
	return Variant[K]{
		Info: patterns.Info{
			Name:       "atomic.sharded",
			Summary:    "a part of the counter for each P, reads add up",
			File:       "atomic_sharded.go",
			Source:     "Rinberg and Keidar, Intermediate Value Linearizability, DISC 2020; Java's LongAdder",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Counter: true,
		Adds:    true,
		Weak:    true,
		New:     newAtomicSharded[K],
	}
}

type atomicSharded[K comparable] struct {
	closed atomic.Bool
	hands  sync.Pool // of *shard
	shards []shard
}

type shard struct {
	value atomic.Int64
	_     [cacheLine - 8]byte
}

func newAtomicSharded[K comparable](r *Rule[K], o Options) (Store[K], error) {
	if err := o.Unowned(); err != nil {
		return nil, err
	}
	if err := onlyAdds(r); err != nil {
		return nil, err
	}
	s := &atomicSharded[K]{shards: make([]shard, 1<<bits.Len(uint(runtime.GOMAXPROCS(0)-1)))}
	var next atomic.Uint32
	s.hands.New = func() any { return &s.shards[int(next.Add(1))%len(s.shards)] }
	return s, nil
}

func (s *atomicSharded[K]) Add(key K, delta int64) (int64, error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	if err := checkKey(key); err != nil {
		return 0, err
	}
	part := s.hands.Get().(*shard)
	part.value.Add(delta)
	s.hands.Put(part)
	return 0, nil
}

func (s *atomicSharded[K]) Get(key K) (sum int64, err error) {
	if s.closed.Load() {
		return 0, ErrClosed
	}
	if err := checkKey(key); err != nil {
		return 0, err
	}
	for i := range s.shards {
		sum += s.shards[i].value.Load()
	}
	return sum, nil
}

func (s *atomicSharded[K]) Close() error {
	s.closed.Store(true)
	return nil
}

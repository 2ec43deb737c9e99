package bench

import (
	"sync"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/state"
)

// A store that loses or doubles updates, mixes up keys or reads what was must fail
// its benchmark.
func TestWrongStoreFails(t *testing.T) {
	keys := statePoint("2", "50", "3", "0ns")
	keys["as"] = string(role.Goroutine)
	for _, test := range []struct {
		name  string
		spoil func(*spoiltStore, uint64) (key uint64, times int)
		stale bool
	}{
		{name: "none", spoil: func(_ *spoiltStore, key uint64) (uint64, int) { return key, 1 }},
		{name: "loses", spoil: func(s *spoiltStore, key uint64) (uint64, int) { return key, min(1, s.adds%7) }},
		{name: "doubles", spoil: func(s *spoiltStore, key uint64) (uint64, int) { return key, 1 + s.adds%2 }},
		{name: "mixes up keys", spoil: func(_ *spoiltStore, key uint64) (uint64, int) { return min(key, 1), 1 }},
		{name: "reads what was", stale: true, spoil: func(_ *spoiltStore, key uint64) (uint64, int) { return key, 1 }},
	} {
		failed := false
		benchmark(func(b *testing.B) {
			defer func() { failed = failed || b.Failed() }()
			c := &conditions{Keys: keys, Work: NewWork(1)}
			visitStore(b, c, newCrew[account](b, c, 2), &spoiltStore{plainMap: plainMap{}, spoil: test.spoil, stale: test.stale}, nil)
		})
		if failed != (test.name != "none") {
			t.Errorf("a store that %s: failed %v", test.name, failed)
		}
	}
}

// spoiltStore is a map under a mutex with a fault.
type spoiltStore struct {
	mu sync.Mutex
	plainMap
	spoil       func(s *spoiltStore, key uint64) (uint64, int)
	stale       bool
	adds, reads int
}

var _ state.Store[uint64] = (*spoiltStore)(nil)

func (s *spoiltStore) Add(key uint64, delta int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adds++
	key, times := s.spoil(s, key)
	return s.plainMap.Add(key, delta*int64(times))
}

func (s *spoiltStore) Get(key uint64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.stale && s.reads%10 == 0 && s.adds > 10 && s.reads < 400 {
		return 0, nil
	}
	return s.plainMap.Get(key)
}

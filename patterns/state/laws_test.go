package state_test

import (
	"fmt"
	"math"
	"math/bits"
	"os"
	"strings"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/state"
	"crossover/patterns/state/statetest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	statetest.Run(t, state.Variants[statetest.Key]())
}

// The laws keep values by one type of key. A variant that hashes keys itself treats
// others apart.
var (
	byInt    = state.Named[int]("laws.int", nil)
	byUint64 = state.Named[uint64]("laws.uint64", nil)
	byString = state.Named[string]("laws.string", nil)
	byFloat  = state.Named[float64]("laws.float", nil)
	byPair   = state.Named[[2]string]("laws.pair", nil)
	byAny    = state.Named[any]("laws.any", nil)
)

func TestKeyTypes(t *testing.T) {
	apart(t, byInt, func(i int) int { return -i << (bits.UintSize - 24) })
	apart(t, byUint64, func(i int) uint64 { return uint64(i) })
	apart(t, byString, func(i int) string { return fmt.Sprint("key", i) })
	apart(t, byFloat, func(i int) float64 { return 1 / (1 + float64(i)) })
	// Keys that are written alike, and one that is written in two ways.
	apart(t, byPair, func(i int) [2]string {
		words := strings.Repeat("a ", n+2)
		return [2]string{words[:2*i+1], words[2*i+2:]}
	})
	apart(t, byAny, func(i int) any {
		if i%2 == 0 {
			return i / 2
		}
		return int64(i / 2)
	})
	same(t, byFloat, 0, math.Copysign(0, -1))
	same(t, byAny, any(0.0), any(math.Copysign(0, -1)))
}

func same[K comparable](t *testing.T, r *state.Rule[K], a, b K) {
	for _, v := range state.Variants[K]() {
		if v.Counter || v.Owned {
			continue
		}
		s, err := v.New(r, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(a, 1); err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		if got, err := s.Get(b); got != 1 || err != nil {
			t.Errorf("%s: key %v, which is %v, holds %d, %v, want 1", v.Name, b, a, got, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// n is of keys that are told apart.
const n = 300

func apart[K comparable](t *testing.T, r *state.Rule[K], key func(int) K) {
	for _, v := range state.Variants[K]() {
		if v.Counter || v.Owned {
			continue // has no other keys, or a plain map of them
		}
		s, err := v.New(r, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 * n {
			if _, err := s.Add(key(i%n), int64(i%n)); err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
		}
		for i := range n {
			if got, err := s.Get(key(i)); got != int64(2*i) || err != nil {
				t.Fatalf("%s: key %v holds %d, %v, want %d", v.Name, key(i), got, err, 2*i)
			}
		}
		if got, err := s.Get(key(n)); got != 0 || err != nil {
			t.Errorf("%s: key %v, which is new, holds %d, %v", v.Name, key(n), got, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

package statetest_test

import (
	"errors"
	"os"
	"sync/atomic"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
)

// deaf callers do not hear that the store is closed.
type deaf struct{ aStore }

func (s deaf) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if errors.Is(err, state.ErrClosed) {
		select {}
	}
	return v, err
}

// forgetful tells one caller that the owner is gone.
type forgetful struct {
	aStore
	told atomic.Bool
}

func (s *forgetful) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if errors.Is(err, state.ErrLost) && s.told.Swap(true) {
		select {}
	}
	return v, err
}

type busy struct{ aStore }

func (busy) Add(key, int64) (int64, error) { select {} }

type unending struct{ aStore }

func (unending) Close() error { select {} }

type mumbles struct{ aStore }

func (s mumbles) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if err != nil {
		err = errors.New("something is wrong")
	}
	return v, err
}

// denies each third update that it made, as if it had been closed.
type denies struct {
	aStore
	n atomic.Int64
}

func (s *denies) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if s.n.Add(1) == 3 {
		return 0, state.ErrClosed
	}
	return v, err
}

// particular callers do not get past their key.
type particular struct{ aStore }

func (s particular) Add(k key, delta int64) (int64, error) {
	if k != 0 {
		return 0, state.ErrKey
	}
	return s.aStore.Add(k, delta)
}

type open struct{ aStore }

func (open) Close() error { return nil }

type once struct {
	aStore
	done chan struct{}
}

func (s *once) Close() error {
	close(s.done)
	return s.aStore.Close()
}

// hurries with every Close but the first.
type hurries struct {
	aStore
	closed atomic.Bool
}

func (s *hurries) Owner() state.Owner { return ownerOf(s.aStore) }

func (s *hurries) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	lawtest.Linger()
	return s.aStore.Close()
}

// unmade is a variant that leaves something behind where no store can be made.
func unmade(name string, leave func(aStore, state.Options)) variant {
	v := genuine(name)
	make := v.New
	v.New = func(r aRule, o state.Options) (aStore, error) {
		s, err := make(r, o)
		if err != nil {
			leave(s, o)
		}
		return s, err
	}
	return v
}

func leavesGoroutine(s aStore, _ state.Options) { leaks(s) }

// leavesWithOwner leaves a goroutine if the owner was to be a process.
func leavesWithOwner(s aStore, o state.Options) {
	if o.Owner.As == role.Process {
		leaks(s)
	}
}

func leavesDescriptor(aStore, state.Options) {
	null, _ := os.Open(os.DevNull)
	nulls = append(nulls, null)
}

// nulls are out of reach of the garbage collector, which would close them.
var nulls []*os.File

func leaks(s aStore) aStore {
	go func() { select {} }()
	return s
}

// owned keeps a store, for the garbage collector would close its descriptors.
type owned struct {
	aStore
	inner aStore
}

func (s owned) Owner() state.Owner { kept = append(kept, s.inner); return ownerOf(s.inner) }

var kept []aStore

func ownerOf(s aStore) state.Owner { return s.(state.Owned).Owner() }

// waits for an answer that does not come.
type waits struct{ aStore }

func (s waits) Owner() state.Owner { return ownerOf(s.aStore) }

func (s waits) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if errors.Is(err, state.ErrLost) {
		select {}
	}
	return v, err
}

// assures its callers that all is well.
type assures struct{ aStore }

func (s assures) Owner() state.Owner { return ownerOf(s.aStore) }

func (s assures) Add(k key, delta int64) (int64, error) {
	v, err := s.aStore.Add(k, delta)
	if errors.Is(err, state.ErrLost) {
		return v, nil
	}
	return v, err
}

func (s assures) Get(k key) (int64, error) {
	v, err := s.aStore.Get(k)
	if errors.Is(err, state.ErrLost) {
		return v, nil
	}
	return v, err
}

// hushes up what became of the owner.
type hushes struct{ aStore }

func (s hushes) Owner() state.Owner { return ownerOf(s.aStore) }

func (s hushes) Close() error {
	s.aStore.Close()
	return nil
}

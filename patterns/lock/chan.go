package lock

import "crossover/patterns"

// chanVariant is a channel with room for one: who has put something in is inside.
//
// Guarantees mutual exclusion, first come, first served: a receive hands the room
// straight to the longest waiting sender. Costs the channel's own mutex each way,
// and under contention a switch of goroutines for each entry, for nobody can take
// the lock again before the one whose turn it is.
//
// It breaks where a waiter has to give up; see chan.done. Any goroutine may
// unlock it.
//
// Source: Effective Go, Channels (the semaphore, with room for one).
func chanVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "chan",
			Summary: "channel with room for one, plain send and receive",
			File:    "chan.go",
			Source:  "https://go.dev/doc/effective_go#channels",
			Tier:    patterns.Std,
		},
		Fairness: FIFO,
		New:      func() (Lock, error) { return make(chanLock, 1), nil },
	}
}

type chanLock chan struct{}

func (l chanLock) Party() (Locker, error) { return l, nil }

func (l chanLock) Lock() error {
	l <- struct{}{}
	return nil
}

func (l chanLock) TryLock() (bool, error) {
	select {
	case l <- struct{}{}:
		return true, nil
	default:
		return false, nil
	}
}

func (l chanLock) Unlock() error {
	select {
	case <-l:
		return nil
	default:
		return ErrNotHeld // a plain receive would wait until somebody locks
	}
}

func (l chanLock) RLock() error   { return l.Lock() }
func (l chanLock) RUnlock() error { return l.Unlock() }

func (l chanLock) Break()         {}
func (l chanLock) Release() error { return nil }

package lock

import (
	"sync"

	"crossover/patterns"
)

// chanDoneVariant is a channel with room for one and a second channel whose
// closing releases whoever waits, as ctx.Done() does. It is the usual reason to
// have a channel for a lock.
//
// Guarantees what chan does, and that a waiter can give up. Costs a select over
// two channels, hence two of their mutexes, for each entry.
//
// It breaks where a caller forgets the done case once. The done channel is asked
// first because a select with two ready cases picks one at random, and Lock after
// Break has to fail.
//
// Source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation.
func chanDoneVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "chan.done",
			Summary:    "channel with room for one, select with a done channel",
			File:       "chan_done.go",
			Source:     "https://go.dev/blog/pipelines",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Cancels: true},
		},
		Fairness: FIFO,
		New: func() (Lock, error) {
			return &chanDoneLock{room: make(chan struct{}, 1), done: make(chan struct{})}, nil
		},
	}
}

type chanDoneLock struct {
	room, done chan struct{}
	breaking   sync.Once
}

func (l *chanDoneLock) Party() (Locker, error) { return l, nil }

func (l *chanDoneLock) Lock() error {
	if l.broken() {
		return ErrBroken
	}
	select {
	case l.room <- struct{}{}:
		return nil
	case <-l.done:
		return ErrBroken
	}
}

func (l *chanDoneLock) TryLock() (bool, error) {
	if l.broken() {
		return false, ErrBroken
	}
	select {
	case l.room <- struct{}{}:
		return true, nil
	default:
		return false, nil
	}
}

func (l *chanDoneLock) Unlock() error {
	select {
	case <-l.room:
		return nil
	default:
		return ErrNotHeld
	}
}

func (l *chanDoneLock) broken() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (l *chanDoneLock) RLock() error   { return l.Lock() }
func (l *chanDoneLock) RUnlock() error { return l.Unlock() }

func (l *chanDoneLock) Break() { l.breaking.Do(func() { close(l.done) }) }

func (l *chanDoneLock) Release() error { return nil }

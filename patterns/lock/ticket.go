package lock

import (
	"sync/atomic"

	"crossover/patterns"
)

// ticketVariant is the counter of a busy shop: draw a number, wait until it is
// called.
//
// Guarantees mutual exclusion, first come, first served. Costs one addition to
// enter and one store to leave.
//
// It breaks with fewer CPUs than parties: the one whose number is called may not
// be running, and nobody else may go. Every leave invalidates the line of all who
// wait.
//
// Source: Mellor-Crummey and Scott, TOCS 9(1), 1991, section 2.2.
func ticketVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "ticket",
			Summary:    "spin lock: draw a number, wait until it is called",
			File:       "ticket.go",
			Source:     "Mellor-Crummey and Scott, Algorithms for scalable synchronization, TOCS 9(1), 1991",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Cancels: true, Spins: true},
		},
		Fairness: FIFO,
		New:      func() (Lock, error) { return &ticketLock{}, nil },
	}
}

type ticketLock struct {
	_      [cacheLine]byte
	next   atomic.Uint64 // number to draw
	_      [cacheLine]byte
	called atomic.Uint64
	broken atomic.Bool
	_      [cacheLine]byte
}

func (l *ticketLock) Party() (Locker, error) { return l, nil }

func (l *ticketLock) Lock() error {
	if l.broken.Load() {
		return ErrBroken
	}
	mine := l.next.Add(1) - 1
	for b := inLine; l.called.Load() != mine; b.wait() {
		if l.broken.Load() {
			return ErrBroken // its number will not be called; nor will any other
		}
	}
	return nil
}

func (l *ticketLock) TryLock() (bool, error) {
	if l.broken.Load() {
		return false, ErrBroken
	}
	called := l.called.Load()
	return l.next.CompareAndSwap(called, called+1), nil
}

func (l *ticketLock) Unlock() error {
	called := l.called.Load() // only the holder writes it
	if called == l.next.Load() {
		return ErrNotHeld
	}
	l.called.Store(called + 1)
	return nil
}

func (l *ticketLock) RLock() error   { return l.Lock() }
func (l *ticketLock) RUnlock() error { return l.Unlock() }

func (l *ticketLock) Break() { l.broken.Store(true) }

func (l *ticketLock) Release() error { return nil }

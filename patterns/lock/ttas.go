package lock

import (
	"sync/atomic"

	"crossover/patterns"
)

// ttasVariant is one word that is tested before it is tested and set, with a
// backoff that grows.
//
// Guarantees mutual exclusion and nothing about who is next. Costs one
// compare-and-swap each way while nobody waits; waiters read a copy of the line
// and write it only when it looks free.
//
// It breaks under contention from more parties than CPUs: see backoff. A waiter
// can lose for ever to one that is nearer.
//
// Source: Rudolph and Segall, ISCA 1984; the backoff is Anderson's, TPDS 1(1), 1990.
func ttasVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "ttas",
			Summary:    "spin lock: test, then test and set, with backoff",
			File:       "ttas.go",
			Source:     "Anderson, The performance of spin lock alternatives, TPDS 1(1), 1990",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Cancels: true, Spins: true},
		},
		Fairness: Barging,
		New:      func() (Lock, error) { return &ttasLock{}, nil },
	}
}

// The bits of a ttasLock. Broken is one of them so that a lock that nobody waits
// for need not be asked twice.
const (
	ttasHeld   = 1
	ttasBroken = 2
)

type ttasLock struct {
	_    [cacheLine]byte
	bits atomic.Uint32
	_    [cacheLine]byte
}

func (l *ttasLock) Party() (Locker, error) { return l, nil }

func (l *ttasLock) Lock() error {
	for b := backoff(0); ; b.wait() {
		switch bits := l.bits.Load(); {
		case bits&ttasBroken != 0:
			return ErrBroken
		case bits == 0 && l.bits.CompareAndSwap(0, ttasHeld):
			return nil
		}
	}
}

func (l *ttasLock) TryLock() (bool, error) {
	if l.bits.Load()&ttasBroken != 0 {
		return false, ErrBroken
	}
	return l.bits.CompareAndSwap(0, ttasHeld), nil
}

func (l *ttasLock) Unlock() error {
	if l.bits.CompareAndSwap(ttasHeld, 0) || l.bits.CompareAndSwap(ttasHeld|ttasBroken, ttasBroken) {
		return nil
	}
	return ErrNotHeld
}

func (l *ttasLock) RLock() error   { return l.Lock() }
func (l *ttasLock) RUnlock() error { return l.Unlock() }

func (l *ttasLock) Break() { l.bits.Or(ttasBroken) }

func (l *ttasLock) Release() error { return nil }

package lock

import (
	"sync/atomic"

	"crossover/patterns"
)

// mcsVariant is a queue of waiters, each of which spins on a word of its own until
// the one before it passes the lock on.
//
// Guarantees mutual exclusion, first come, first served. Costs a swap to enter and
// a compare-and-swap to leave; under contention one line travels for each entry,
// however many wait.
//
// It breaks with fewer CPUs than parties, as ticket does. A party's node is its
// own: two goroutines that share a party break the queue.
//
// Source: Mellor-Crummey and Scott, TOCS 9(1), 1991, section 2.4.
func mcsVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "mcs",
			Summary:    "spin lock: a queue of waiters, each spinning on its own word",
			File:       "mcs.go",
			Source:     "Mellor-Crummey and Scott, Algorithms for scalable synchronization, TOCS 9(1), 1991",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Cancels: true, Spins: true},
		},
		Fairness: FIFO,
		Owned:    true,
		New:      func() (Lock, error) { return &mcsLock{}, nil },
	}
}

type mcsLock struct {
	_      [cacheLine]byte
	last   atomic.Pointer[mcsParty] // of the queue; nil: free
	broken atomic.Bool
	_      [cacheLine]byte
}

// mcsParty is a party and its node in the queue.
type mcsParty struct {
	_    [cacheLine]byte
	wait atomic.Bool
	next atomic.Pointer[mcsParty]
	lock *mcsLock
	held bool
	_    [cacheLine]byte
}

func (l *mcsLock) Party() (Locker, error) { return &mcsParty{lock: l}, nil }

func (p *mcsParty) Lock() error {
	if p.lock.broken.Load() {
		return ErrBroken
	}
	if before := p.lock.last.Swap(p); before != nil {
		p.wait.Store(true) // before the one before can see the node
		before.next.Store(p)
		for b := inLine; p.wait.Load(); b.wait() {
			if p.lock.broken.Load() {
				return ErrBroken // its node stays in the queue, which nobody uses again
			}
		}
	}
	p.held = true
	return nil
}

func (p *mcsParty) TryLock() (bool, error) {
	if p.lock.broken.Load() {
		return false, ErrBroken
	}
	if !p.lock.last.CompareAndSwap(nil, p) {
		return false, nil
	}
	p.held = true
	return true, nil
}

func (p *mcsParty) Unlock() error {
	if !p.held {
		return ErrNotHeld
	}
	p.held = false
	if p.next.Load() == nil {
		if p.lock.last.CompareAndSwap(p, nil) {
			return nil
		}
		// Somebody has swapped itself in and not linked itself yet.
		for b := inLine; p.next.Load() == nil; {
			b.wait()
		}
	}
	next := p.next.Load()
	p.next.Store(nil) // as it is outside the queue
	next.wait.Store(false)
	return nil
}

func (p *mcsParty) RLock() error   { return p.Lock() }
func (p *mcsParty) RUnlock() error { return p.Unlock() }

func (l *mcsLock) Break() { l.broken.Store(true) }

func (l *mcsLock) Release() error { return nil }

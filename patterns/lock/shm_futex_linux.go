package lock

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmFutexVariant is one word in memory shared between processes that names the
// process inside; who finds it taken spins for a moment and parks on a futex.
//
// Guarantees mutual exclusion, that Break reaches other processes, and that the
// next party learns of a holder's death: it gets the lock and ErrOwnerDied. For
// that a waiter wakes by itself every few milliseconds and asks whether the process
// in the word lives (see roll). Costs a compare-and-swap each way and no system
// call while nobody waits.
//
// Breaks when: a goroutine forgets to unlock and its process lives on, for that is
// nobody's death. Others may overtake a waiter for ever.
//
// Source: Drepper, Futexes are tricky, 2011, mutex3; pthread_mutexattr_setrobust(3)
// for the contract.
func shmFutexVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "shm.futex",
			Summary:    "word in shared memory, spins then parks on a futex, notices a dead owner",
			File:       "shm_futex_linux.go",
			Source:     "Drepper, Futexes are tricky; pthread_mutexattr_setrobust(3)",
			Tier:       patterns.Unsafe,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Cancels: true, Crosses: true},
		},
		Fairness: Barging,
		Owned:    true,
		Orphan:   Told,
		New:      newShmFutex,
		Open:     openShmFutex,
	}
}

// What the word holds above the owner, who is one of the roll.
const (
	shmFutexBroken  = 1 << 30
	shmFutexWaiters = 1 << 31 // perhaps
)

type shmFutexHead struct {
	_     [cacheLine]byte
	word  atomic.Uint32
	_     [cacheLine]byte
	terms [rollNumbers]atomic.Uint32
}

// shmFutex is the lock as one process sees it.
type shmFutex struct {
	region *shm.Region
	word   *atomic.Uint32
	roll   *roll
	fence  role.Fence
}

func newShmFutex() (Lock, error) {
	region, err := shm.New(int(unsafe.Sizeof(shmFutexHead{})))
	if err != nil {
		return nil, fmt.Errorf("shm.futex: %w", err)
	}
	return attachShmFutex(region)
}

func openShmFutex(w role.Wire) (Lock, error) {
	region, err := shm.Open(w.Files[0])
	if err != nil {
		return nil, fmt.Errorf("shm.futex: %w", err)
	}
	return attachShmFutex(region)
}

func attachShmFutex(region *shm.Region) (Lock, error) {
	head := (*shmFutexHead)(region.At(0))
	r, err := enrol(region, &head.terms)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("shm.futex: %w", err), region.Release())
	}
	return &shmFutex{region: region, word: &head.word, roll: r}, nil
}

// Export hands over the mapping.
func (l *shmFutex) Export() (role.Wire, error) {
	return role.Wire{Impl: "shm.futex", Files: []*os.File{l.region.File()}}, nil
}

func (l *shmFutex) Party() (Locker, error) { return &shmFutexParty{lock: l}, nil }

func (l *shmFutex) Break() {
	l.word.Or(shmFutexBroken)
	shm.Wake(l.word, math.MaxInt32)
}

func (l *shmFutex) Release() error { return errors.Join(l.roll.strikeOff(), l.region.Release()) }

type shmFutexParty struct {
	lock *shmFutex
	held bool
}

func (p *shmFutexParty) Lock() error {
	if p.lock.word.CompareAndSwap(0, p.lock.roll.me) {
		p.entered()
		return nil
	}
	return p.wait()
}

func (p *shmFutexParty) entered() {
	p.held = true
	p.lock.fence.Acquire()
}

func (p *shmFutexParty) wait() error {
	const (
		looks  = 30
		yields = 20                   // the holder may be in this process and need the P
		watch  = 5 * time.Millisecond // between looks at whether the holder lives
	)
	l := p.lock
	me := l.roll.me
	for tries := 0; ; tries++ {
		w := l.word.Load()
		switch {
		case w&shmFutexBroken != 0:
			return ErrBroken
		case w == 0:
			if l.word.CompareAndSwap(0, me) {
				p.entered()
				return nil
			}
		case tries < looks && cpus > 1:
			pause(100)
		case tries < looks+yields:
			runtime.Gosched()
		case w&shmFutexWaiters == 0:
			l.word.CompareAndSwap(w, w|shmFutexWaiters)
		default:
			// From now on it says that others wait when it enters: it cannot know.
			me |= shmFutexWaiters
			if shm.WaitFor(l.word, w, watch) && !l.roll.alive(w&rollWho) && l.word.CompareAndSwap(w, me) {
				p.entered()
				return ErrOwnerDied
			}
		}
	}
}

// TryLock does not ask whether the holder lives.
func (p *shmFutexParty) TryLock() (bool, error) {
	if p.lock.word.CompareAndSwap(0, p.lock.roll.me) {
		p.entered()
		return true, nil
	}
	if p.lock.word.Load()&shmFutexBroken != 0 {
		return false, ErrBroken
	}
	return false, nil
}

func (p *shmFutexParty) Unlock() error {
	if !p.held {
		return ErrNotHeld
	}
	p.held = false
	l := p.lock
	l.fence.Release()
	for {
		w := l.word.Load()
		if l.word.CompareAndSwap(w, w&shmFutexBroken) {
			// A waker killed here wakes nobody; the waiters' watch is their way out.
			if w&shmFutexWaiters != 0 {
				shm.Wake(l.word, 1)
			}
			return nil
		}
	}
}

func (p *shmFutexParty) RLock() error   { return p.Lock() }
func (p *shmFutexParty) RUnlock() error { return p.Unlock() }

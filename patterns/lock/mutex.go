package lock

import (
	"sync"

	"crossover/patterns"
)

// mutexVariant is sync.Mutex.
//
// Guarantees mutual exclusion, and that nobody waits for ever: who has waited a
// millisecond is handed the lock. Until then whoever runs takes it again before
// one that must be woken, which is most of its speed under contention. Costs one
// compare-and-swap each way while nobody waits.
//
// It breaks where a waiter has to give up: Lock cannot be cancelled. Any goroutine
// may unlock it, and unlocking it when it is not locked ends the program.
//
// Source: standard library, sync; internal/sync/mutex.go explains its two modes.
func mutexVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "mutex",
			Summary: "sync.Mutex",
			File:    "mutex.go",
			Source:  "standard library, sync.Mutex",
			Tier:    patterns.Std,
		},
		Fairness: Eventual,
		New:      func() (Lock, error) { return &mutexLock{}, nil },
	}
}

type mutexLock struct{ mu sync.Mutex }

func (l *mutexLock) Party() (Locker, error) { return l, nil }

func (l *mutexLock) Lock() error            { l.mu.Lock(); return nil }
func (l *mutexLock) TryLock() (bool, error) { return l.mu.TryLock(), nil }
func (l *mutexLock) Unlock() error          { l.mu.Unlock(); return nil }

func (l *mutexLock) RLock() error   { return l.Lock() }
func (l *mutexLock) RUnlock() error { return l.Unlock() }

func (l *mutexLock) Break()         {}
func (l *mutexLock) Release() error { return nil }

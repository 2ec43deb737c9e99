package lock

import (
	"sync"

	"crossover/patterns"
)

// rwmutexVariant is sync.RWMutex.
//
// Guarantees that readers are inside together and writers alone, and that neither
// side starves: a waiting writer holds back readers that come after it. Costs an
// atomic addition each way for a reader, two of them and a mutex for a writer.
//
// It breaks its promise of speed where sections are short: all readers write one
// counter, whose cache line travels between their CPUs as a mutex's would. A
// reader that takes it twice deadlocks with a writer that came in between.
//
// Source: standard library, sync; golang/go#17973 on its scaling.
func rwmutexVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:    "rwmutex",
			Summary: "sync.RWMutex: readers share",
			File:    "rwmutex.go",
			Source:  "standard library, sync.RWMutex",
			Tier:    patterns.Std,
		},
		Fairness: Eventual,
		Shares:   true,
		New:      func() (Lock, error) { return &rwmutexLock{}, nil },
	}
}

type rwmutexLock struct{ mu sync.RWMutex }

func (l *rwmutexLock) Party() (Locker, error) { return l, nil }

func (l *rwmutexLock) Lock() error            { l.mu.Lock(); return nil }
func (l *rwmutexLock) TryLock() (bool, error) { return l.mu.TryLock(), nil }
func (l *rwmutexLock) Unlock() error          { l.mu.Unlock(); return nil }

func (l *rwmutexLock) RLock() error   { l.mu.RLock(); return nil }
func (l *rwmutexLock) RUnlock() error { l.mu.RUnlock(); return nil }

func (l *rwmutexLock) Break()         {}
func (l *rwmutexLock) Release() error { return nil }

package lock

import (
	"context"
	"math"

	"golang.org/x/sync/semaphore"

	"crossover/patterns"
)

// semVariant is a weighted semaphore used as a lock: a reader takes a little of
// it, a writer all.
//
// Guarantees that readers are inside together and writers alone, first come, first
// served among both, and that a waiter can give up. Costs a mutex and a look at
// the context each way; a waiter an allocated channel.
//
// It breaks where a release has no acquisition: that panics.
//
// Source: golang.org/x/sync/semaphore.
func semVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "sem",
			Summary:    "x/sync/semaphore: a reader takes 1 of it, a writer all",
			File:       "sem.go",
			Source:     "golang.org/x/sync/semaphore",
			Tier:       patterns.X,
			Properties: patterns.Properties{Cancels: true},
		},
		Fairness: FIFO,
		Shares:   true,
		New: func() (Lock, error) {
			l := &semLock{sem: semaphore.NewWeighted(permits)}
			l.ctx, l.cancel = context.WithCancel(context.Background())
			return l, nil
		},
	}
}

const permits = math.MaxInt32 // more than there are readers

type semLock struct {
	sem    *semaphore.Weighted
	ctx    context.Context
	cancel context.CancelFunc
}

func (l *semLock) Party() (Locker, error) { return l, nil }

func (l *semLock) acquire(weight int64) error {
	if l.sem.Acquire(l.ctx, weight) != nil {
		return ErrBroken
	}
	return nil
}

func (l *semLock) Lock() error { return l.acquire(permits) }

func (l *semLock) TryLock() (bool, error) {
	if l.ctx.Err() != nil {
		return false, ErrBroken
	}
	return l.sem.TryAcquire(permits), nil
}

func (l *semLock) Unlock() error { l.sem.Release(permits); return nil }

func (l *semLock) RLock() error   { return l.acquire(1) }
func (l *semLock) RUnlock() error { l.sem.Release(1); return nil }

func (l *semLock) Break() { l.cancel() }

func (l *semLock) Release() error { l.cancel(); return nil }

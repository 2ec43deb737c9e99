package peers

import (
	"github.com/puzpuzpuz/xsync/v4"

	"crossover/patterns"
	"crossover/patterns/lock"
)

// xsyncRBMutexVariant is xsync's reader-biased mutex: a sync.RWMutex that readers
// pass by, each on a slot of its own, while no writer has come lately. A writer
// spins, with runtime.Gosched, until those readers have left.
func xsyncRBMutexVariant() lock.Variant {
	return lock.Variant{
		Info: patterns.Info{
			Name:       "xsync.rbmutex",
			Summary:    "xsync RBMutex: readers on slots of their own, a sync.RWMutex behind them",
			File:       "lock_xsync.go",
			Source:     "github.com/puzpuzpuz/xsync/v4; Dice and Kogan, BRAVO, USENIX ATC 2019",
			Tier:       patterns.Lib,
			Properties: patterns.Properties{Spins: true},
		},
		Fairness: lock.Eventual,
		Shares:   true,
		New:      func() (lock.Lock, error) { return xsyncRBMutex{xsync.NewRBMutex()}, nil },
	}
}

type xsyncRBMutex struct{ mu *xsync.RBMutex }

func (l xsyncRBMutex) Party() (lock.Locker, error) { return &xsyncRBMutexParty{mu: l.mu}, nil }
func (l xsyncRBMutex) Break()                      {}
func (l xsyncRBMutex) Release() error              { return nil }

// xsyncRBMutexParty keeps the token that a reader has to give back.
type xsyncRBMutexParty struct {
	mu    *xsync.RBMutex
	token *xsync.RToken
}

func (p *xsyncRBMutexParty) Lock() error            { p.mu.Lock(); return nil }
func (p *xsyncRBMutexParty) TryLock() (bool, error) { return p.mu.TryLock(), nil }
func (p *xsyncRBMutexParty) Unlock() error          { p.mu.Unlock(); return nil }

func (p *xsyncRBMutexParty) RLock() error   { p.token = p.mu.RLock(); return nil }
func (p *xsyncRBMutexParty) RUnlock() error { p.mu.RUnlock(p.token); return nil }

package barrier

import (
	"runtime"
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// senseParkVariant is the sense-reversing barrier of sense.spin whose waiters
// look for a while, yield for a while, and then park.
//
// Guarantees the short way when all parties come at about the same time, and
// that a long wait costs no CPU. Costs a few microseconds of looking before each
// long wait, and the last to arrive one more load to see that nobody is parked.
//
// It breaks where waits are just longer than the looking: then it pays for both.
//
// Source: Karlin, Li, Manasse and Owicki, Empirical Studies of Competitive
// Spinning, SOSP 1991; glibc's pthread_barrier parks the same way.
func senseParkVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "sense.park",
			Summary:    "sense-reversing atomic, spin, yield, then park",
			File:       "sense_park.go",
			Source:     "Karlin et al., Competitive Spinning, SOSP 1991",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		New: newSensePark,
	}
}

type sensePark struct {
	parties int64
	_       [cacheLine]byte
	arrived atomic.Int64
	_       [cacheLine]byte
	phase   phase
	_       [cacheLine]byte
	parked  atomic.Int64 // announced before the last look, so that nobody is missed
	mu      sync.Mutex
	over    sync.Cond
}

// parkAfter is how many yields in vain say that the wait will be long.
const parkAfter = 10

func newSensePark(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &sensePark{parties: int64(parties)}
	b.over.L = &b.mu
	return b, nil
}

func (b *sensePark) Wait(int) error {
	now, err := b.phase.now()
	if err != nil {
		return err
	}
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		err := b.phase.pass(now)
		b.wake()
		return err
	}
	for range looks {
		if !b.phase.under(now) {
			return b.phase.ending(now)
		}
	}
	for range parkAfter {
		runtime.Gosched()
		if !b.phase.under(now) {
			return b.phase.ending(now)
		}
	}
	b.park(now)
	return b.phase.ending(now)
}

func (b *sensePark) park(now uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parked.Add(1)
	defer b.parked.Add(-1)
	for b.phase.under(now) {
		b.over.Wait()
	}
}

func (b *sensePark) wake() {
	if b.parked.Load() == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over.Broadcast()
}

func (b *sensePark) Break() {
	b.phase.breakUp()
	b.wake()
}

func (b *sensePark) Release() error { return nil }

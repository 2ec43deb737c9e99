package barrier

import (
	"sync/atomic"

	"crossover/patterns"
)

// senseYieldVariant is the sense-reversing barrier of sense.spin whose waiters
// look a few times and then let other goroutines run between two looks.
//
// Guarantees progress with any number of parties. Costs a CPU for each party that
// waits, as long as nobody else wants it.
//
// It breaks where the wait is long or CPUs are short: each yield takes the
// scheduler's lock, and idle waiters keep it busy.
//
// Source: Hensgen, Finkel and Manber, Two Algorithms for Barrier Synchronization,
// IJPP 17(1), 1988.
func senseYieldVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "sense.yield",
			Summary:    "sense-reversing atomic, spin and yield",
			File:       "sense_yield.go",
			Source:     "Hensgen, Finkel and Manber, IJPP 17(1), 1988",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true, Spins: true},
		},
		New: newSenseYield,
	}
}

type senseYield struct {
	parties int64
	_       [cacheLine]byte
	arrived atomic.Int64
	_       [cacheLine]byte
	phase   phase
	_       [cacheLine]byte
}

func newSenseYield(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	return &senseYield{parties: int64(parties)}, nil
}

func (b *senseYield) Wait(int) error {
	now, err := b.phase.now()
	if err != nil {
		return err
	}
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		return b.phase.pass(now)
	}
	for looked := 0; b.phase.under(now); looked++ {
		pause(looked)
	}
	return b.phase.ending(now)
}

func (b *senseYield) Break()         { b.phase.breakUp() }
func (b *senseYield) Release() error { return nil }

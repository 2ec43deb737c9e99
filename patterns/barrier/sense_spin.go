package barrier

import (
	"sync/atomic"

	"crossover/patterns"
)

// senseSpinVariant is the sense-reversing barrier: the last to arrive resets the
// count and turns a word over, at which all others stare. The word is the phase's
// number here where the original has one bit.
//
// Guarantees the shortest way for the news when each party has a CPU. Costs an
// atomic addition to arrive, on one cache line that visits every CPU, and a whole
// CPU for each party that waits.
//
// It breaks where parties outnumber CPUs, or GOMAXPROCS: the one that is waited
// for cannot run until the scheduler takes a CPU from a spinner, after ten
// milliseconds or so.
//
// Source: Hensgen, Finkel and Manber, Two Algorithms for Barrier Synchronization,
// IJPP 17(1), 1988; Mellor-Crummey and Scott, TOCS 9(1), 1991.
func senseSpinVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "sense.spin",
			Summary:    "sense-reversing atomic, bare spin",
			File:       "sense_spin.go",
			Source:     "Hensgen, Finkel and Manber, IJPP 17(1), 1988",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true, Spins: true},
		},
		New: newSenseSpin,
	}
}

type senseSpin struct {
	parties int64
	_       [cacheLine]byte
	arrived atomic.Int64
	_       [cacheLine]byte
	phase   phase
	_       [cacheLine]byte
}

func newSenseSpin(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	return &senseSpin{parties: int64(parties)}, nil
}

func (b *senseSpin) Wait(int) error {
	now, err := b.phase.now()
	if err != nil {
		return err
	}
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0) // before anybody is let go to arrive again
		return b.phase.pass(now)
	}
	for b.phase.under(now) {
	}
	return b.phase.ending(now)
}

func (b *senseSpin) Break()         { b.phase.breakUp() }
func (b *senseSpin) Release() error { return nil }

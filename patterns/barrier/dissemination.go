package barrier

import (
	"math/bits"
	"sync/atomic"

	"crossover/patterns"
)

// disseminationVariant spreads the news in rounds: in round r each party tells
// the one 2^r places further on and waits to be told itself, and after log2 N
// rounds it has heard of everybody. Waiters spin and yield.
//
// Guarantees that no word is written by two parties and that nobody is the last
// on whom all others wait. Costs log2 N messages a party, all parties at once.
//
// It breaks where parties outnumber CPUs: each round is a wait of its own, hence
// perhaps a switch. Since no step of it decides for all, Break needs a roll, and
// each arrival an atomic swap on a line of the party's own.
//
// Source: Hensgen, Finkel and Manber, Two Algorithms for Barrier Synchronization,
// IJPP 17(1), 1988.
func disseminationVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "dissemination",
			Summary:    "log2 N rounds of telling one party further on, spin and yield",
			File:       "dissemination.go",
			Source:     "Hensgen, Finkel and Manber, IJPP 17(1), 1988",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true, Spins: true},
		},
		New: newDissemination,
	}
}

type dissemination struct {
	roll *roll
	told [][]told // by round and party
}

// told is up to which phase a party has been told, in one round.
type told struct {
	atomic.Uint64
	_ [cacheLine - 8]byte
}

func newDissemination(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &dissemination{roll: newRoll(parties)}
	for range bits.Len(uint(parties - 1)) {
		b.told = append(b.told, make([]told, parties))
	}
	return b, nil
}

func (b *dissemination) Wait(party int) error {
	phase, err := b.roll.arrive(party)
	if err != nil {
		return err
	}
	for round, told := range b.told {
		told[(party+1<<round)%len(told)].Store(phase + 1)
		for looked := 0; told[party].Load() <= phase; looked++ {
			if b.roll.breaks(phase) {
				return ErrBroken
			}
			pause(looked)
		}
	}
	return nil
}

func (b *dissemination) Break()         { b.roll.call() }
func (b *dissemination) Release() error { return nil }

package barrier

import (
	"sync"

	"crossover/patterns"
)

// waitGroupVariant has a WaitGroup a phase, on which each party calls Done and
// then Wait. Three of them take turns: one phase may still be left while the next
// is entered, and the one after that has to be counted up before.
//
// Guarantees that waiting costs no CPU and that arriving takes no lock. Costs a
// semaphore's wake-up for each party, one after the other.
//
// It breaks where somebody has to give up: a WaitGroup has no way out. So Break
// stands in for the parties that are missing, and a roll says who they are. With
// one WaitGroup instead of three the race is in the documentation: Add for the
// next phase must not come before all have left the last.
//
// Source: package sync, WaitGroup.
func waitGroupVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "waitgroup",
			Summary:    "a WaitGroup a phase, three taking turns",
			File:       "waitgroup.go",
			Source:     "package sync, WaitGroup",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		New: newWaitGroup,
	}
}

type waitGroup struct {
	roll   *roll
	groups [3]sync.WaitGroup // of phase n: n % 3
}

func newWaitGroup(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &waitGroup{roll: newRoll(parties)}
	b.groups[0].Add(parties)
	b.groups[1].Add(parties)
	return b, nil
}

func (b *waitGroup) Wait(party int) error {
	phase, err := b.roll.arrive(party)
	if err != nil {
		return err
	}
	group := &b.groups[phase%3]
	group.Done()
	group.Wait()
	if b.roll.breaks(phase) {
		return ErrBroken
	}
	if party == 0 {
		// All have left the phase before this one, whose group it was, and none comes
		// to the phase after the next before this party has been to the next.
		b.groups[(phase+2)%3].Add(len(b.roll.arrivals))
	}
	return nil
}

func (b *waitGroup) Break() {
	// Not Add(0): beside the one that lets a phase go, it panics.
	if phase, missing := b.roll.call(); missing > 0 {
		b.groups[phase%3].Add(-missing)
	}
}

func (b *waitGroup) Release() error { return nil }

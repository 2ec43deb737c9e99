package barrier

import (
	"sync"

	"crossover/patterns"
)

// condVariant is the textbook barrier: a count under a mutex, and a condition on
// which everybody but the last waits for the generation to change.
//
// Guarantees that waiting costs no CPU, and that Break wakes everybody, since
// broken is only one more thing a waiter looks at. Costs a critical section to
// arrive, and another to leave: all parties woken at once want the one mutex.
//
// It breaks under many parties on many CPUs, for they leave one by one. To wait
// for the count to be zero again, instead of for the generation, was tempting and
// wrong: a fast party arrives at the next phase and counts up before a slow one
// has looked.
//
// Source: CPython Lib/threading.py, Barrier; POSIX pthread_barrier_wait.
func condVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "cond",
			Summary:    "count and generation under a mutex and a condition",
			File:       "cond.go",
			Source:     "CPython Lib/threading.py, Barrier",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		New: newCond,
	}
}

type cond struct {
	mu         sync.Mutex
	changed    sync.Cond
	parties    int
	arrived    int
	generation int
	broken     bool
}

func newCond(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	b := &cond{parties: parties}
	b.changed.L = &b.mu
	return b, nil
}

func (b *cond) Wait(int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return ErrBroken
	}
	generation := b.generation
	if b.arrived++; b.arrived == b.parties {
		b.arrived = 0
		b.generation++
		b.changed.Broadcast()
		return nil
	}
	for b.generation == generation && !b.broken {
		b.changed.Wait()
	}
	if b.generation == generation {
		return ErrBroken
	}
	return nil // even if it was broken since
}

func (b *cond) Break() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = true
	b.changed.Broadcast()
}

func (b *cond) Release() error { return nil }

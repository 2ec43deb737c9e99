package barrier

import (
	"sync"

	"crossover/patterns"
)

// chanCloseVariant gives each phase a channel, which the last party to arrive
// closes: the one thing in Go that wakes any number of receivers.
//
// Guarantees that waiting costs no CPU, that Break wakes everybody, and that
// those who leave want no lock. Costs an allocation a phase, for a channel cannot
// be opened again.
//
// It breaks where the garbage counts. A waiter can select on other things beside
// it, which no condition allows.
//
// Source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation.
func chanCloseVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "chan.close",
			Summary:    "a channel a phase, closed by the last to arrive",
			File:       "chan_close.go",
			Source:     "https://go.dev/blog/pipelines",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		New: newChanClose,
	}
}

type chanClose struct {
	parties int

	mu      sync.Mutex
	arrived int
	now     *closingPhase
}

// closingPhase is over when done is closed; broken is written before that only.
type closingPhase struct {
	done   chan struct{}
	broken bool
}

func newChanClose(parties int) (Barrier, error) {
	if err := checkParties(parties); err != nil {
		return nil, err
	}
	return &chanClose{parties: parties, now: newClosingPhase()}, nil
}

func newClosingPhase() *closingPhase { return &closingPhase{done: make(chan struct{})} }

func (b *chanClose) Wait(int) error {
	phase := b.arrive()
	<-phase.done
	if phase.broken {
		return ErrBroken
	}
	return nil
}

func (b *chanClose) arrive() *closingPhase {
	b.mu.Lock()
	defer b.mu.Unlock()
	phase := b.now
	if b.arrived++; b.arrived == b.parties && !phase.broken {
		b.arrived = 0
		b.now = newClosingPhase()
		close(phase.done)
	}
	return phase
}

func (b *chanClose) Break() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.now.broken {
		b.now.broken = true
		close(b.now.done)
	}
}

func (b *chanClose) Release() error { return nil }

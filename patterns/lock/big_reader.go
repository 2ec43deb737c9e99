package lock

import (
	"slices"
	"sync"
	"sync/atomic"

	"crossover/patterns"
)

// bigReaderVariant gives each party a flag of its own to say that it reads; a
// writer raises one for all and waits until the readers' are down.
//
// Guarantees that readers are inside together and writers alone, and that neither
// side starves: a reader that meets a writer queues with the writers for a mutex.
// Costs a reader one store each way to a line that nobody else writes, so readers
// do not slow each other; a writer a look at every party there ever was.
//
// It breaks where writers are frequent or parties many and short-lived: a party
// stays on the list. A writer spins while readers are inside.
//
// Source: Hsieh and Weihl, Scalable reader-writer locks for parallel systems, IPPS
// 1992; Linux had it as brlock.
func bigReaderVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "big.reader",
			Summary:    "a flag per reader, one for writers, and a mutex behind them",
			File:       "big_reader.go",
			Source:     "Hsieh and Weihl, Scalable reader-writer locks for parallel systems, IPPS 1992",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Spins: true},
		},
		Fairness: Eventual,
		Shares:   true,
		New: func() (Lock, error) {
			l := &bigReader{}
			l.parties.Store(new([]*bigReaderParty))
			return l, nil
		},
	}
}

type bigReader struct {
	_       [cacheLine]byte
	writing atomic.Bool
	_       [cacheLine]byte
	mu      sync.Mutex // a writer's, from before it raises the flag until after
	joining sync.Mutex
	parties atomic.Pointer[[]*bigReaderParty] // copied to add one
}

type bigReaderParty struct {
	_       [cacheLine]byte
	reading atomic.Bool
	_       [cacheLine]byte
	lock    *bigReader
}

func (l *bigReader) Party() (Locker, error) {
	l.joining.Lock()
	defer l.joining.Unlock()
	p := &bigReaderParty{lock: l}
	all := append(slices.Clone(*l.parties.Load()), p)
	l.parties.Store(&all)
	return p, nil
}

// RLock raises its flag before it looks at the writers', and a writer does it the
// other way round: of two that meet one at least sees the other.
func (p *bigReaderParty) RLock() error {
	p.reading.Store(true)
	if !p.lock.writing.Load() {
		return nil
	}
	p.reading.Store(false)
	p.lock.mu.Lock() // no writer is inside
	p.reading.Store(true)
	p.lock.mu.Unlock()
	return nil
}

func (p *bigReaderParty) RUnlock() error { p.reading.Store(false); return nil }

func (p *bigReaderParty) Lock() error {
	l := p.lock
	l.mu.Lock()
	l.writing.Store(true)
	// Who joins from here on sees the flag.
	for _, reader := range *l.parties.Load() {
		for b := inLine; reader.reading.Load(); {
			b.wait()
		}
	}
	return nil
}

func (p *bigReaderParty) TryLock() (bool, error) {
	l := p.lock
	if !l.mu.TryLock() {
		return false, nil
	}
	l.writing.Store(true)
	for _, reader := range *l.parties.Load() {
		if reader.reading.Load() {
			return false, p.Unlock()
		}
	}
	return true, nil
}

func (p *bigReaderParty) Unlock() error {
	p.lock.writing.Store(false)
	p.lock.mu.Unlock()
	return nil
}

func (l *bigReader) Break()         {}
func (l *bigReader) Release() error { return nil }

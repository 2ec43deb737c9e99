package barrier

import "sync/atomic"

// cacheLine is what is kept between fields that different CPUs write, in bytes:
// a pair of lines, for CPUs fetch two.
const cacheLine = 128

// phase is the number of the phase under way and whether the barrier is broken,
// in one word; so that to pass and to break exclude each other, and all parties
// are told the same. A flag beside the number was tempting and wrong: of two
// parties that are let go one sees it and the other does not.
type phase struct{ word atomic.Uint64 }

const brokenPhase = 1 << 63

// now is the phase under way.
func (p *phase) now() (uint64, error) {
	n := p.word.Load()
	if n&brokenPhase != 0 {
		return 0, ErrBroken
	}
	return n, nil
}

// pass ends phase n, all parties having arrived.
func (p *phase) pass(n uint64) error {
	if !p.word.CompareAndSwap(n, n+1) {
		return ErrBroken
	}
	return nil
}

// under reports whether phase n is still under way.
func (p *phase) under(n uint64) bool { return p.word.Load() == n }

// ending is how phase n ended.
func (p *phase) ending(n uint64) error {
	if p.word.Load() == n|brokenPhase {
		return ErrBroken
	}
	return nil // even if a later one is broken
}

func (p *phase) breakUp() { p.word.Or(brokenPhase) }

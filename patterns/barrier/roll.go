package barrier

import (
	"math"
	"sync"
	"sync/atomic"
)

// roll is who has arrived how often. It is for barriers on which no single step
// decides that a phase is complete: there, whoever breaks the barrier calls the
// roll to learn which phase it is that never will be.
type roll struct {
	arrivals []arrivals
	broken   atomic.Uint64 // the first phase that will not be complete

	mu     sync.Mutex // over calls
	called bool
}

// arrivals counts one party's; never, once it cannot arrive any more.
type arrivals struct {
	atomic.Uint64
	_ [cacheLine - 8]byte
}

const never = math.MaxUint64

func newRoll(parties int) *roll {
	r := &roll{arrivals: make([]arrivals, parties)}
	r.broken.Store(never)
	return r
}

// arrive enters a party and says at which phase it is.
func (r *roll) arrive(party int) (phase uint64, err error) {
	a := &r.arrivals[party]
	phase = a.Load()
	if phase == never || !a.CompareAndSwap(phase, phase+1) {
		return 0, ErrBroken
	}
	return phase, nil
}

// breaks reports whether a phase will not be complete.
func (r *roll) breaks(phase uint64) bool { return r.broken.Load() <= phase }

// call lets nobody arrive any more. It says how many are missing at which phase:
// none if it was called before.
//
// Parties are never more than one phase apart, and once the first has been
// stopped its phase stays incomplete; so the fewest arrivals of any party are the
// number of that phase, though they are not looked at all at once.
func (r *roll) call() (phase uint64, missing int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.called {
		return 0, 0
	}
	r.called = true
	phase = never
	for i := range r.arrivals {
		switch n := r.arrivals[i].Swap(never); {
		case n < phase:
			phase, missing = n, 1
		case n == phase:
			missing++
		}
	}
	r.broken.Store(phase)
	return phase, missing
}

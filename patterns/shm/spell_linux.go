package shm

import "runtime"

// Spell is one caller's wait for one thing, grown longer with every look in
// vain: look again a little later, let other goroutines run, park. Start with 0.
type Spell int

const (
	looks  = 30
	apart  = 300 // idle steps between two looks
	yields = 100 // a counterpart in this process needs its P
)

// cpus is asked once: with one CPU nothing can change while we look.
var cpus = runtime.NumCPU()

// For waits a little. When it parks, it does so until e is signalled, unless the
// thing waited for has changed meanwhile. The caller looks again in any case.
func (s *Spell) For(e *Event, changed func() bool) {
	if *s == 0 && cpus == 1 {
		*s = looks
	}
	*s++
	switch {
	case *s <= looks:
		// To look again at once was tempting. Then the two sides keep step, and every
		// item waits for a cache line to travel; a pause lets one side get ahead.
		for range apart {
			idle()
		}
	case *s <= looks+yields:
		runtime.Gosched()
	default:
		if ticket := e.Prepare(); !changed() {
			e.Park(ticket)
		}
	}
}

// idle takes about a nanosecond.
//
//go:noinline
func idle() {}

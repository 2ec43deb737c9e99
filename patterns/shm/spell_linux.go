package shm

import "runtime"

// Spell is one caller's wait for one thing, grown longer with every look in
// vain: look again at once, let other goroutines run, park. Start with 0.
type Spell int

const (
	looks  = 200 // about 1 µs; a counterpart on another CPU needs less
	yields = 20  // a counterpart in this process needs its P
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
	case *s <= looks+yields:
		runtime.Gosched()
	default:
		if ticket := e.Prepare(); !changed() {
			e.Park(ticket)
		}
	}
}

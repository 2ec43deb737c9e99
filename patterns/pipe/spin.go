package pipe

import "runtime"

// spin is one caller's wait for its counterpart, grown longer with every look in
// vain: look again at once, then let other goroutines run between looks. Start
// with 0.
//
// In a queue a longer pause between looks pays, because it lets one side get
// ahead. In a round trip nobody can get ahead, and a pause is only late.
type spin int

const (
	looks  = 200
	apart  = 5   // idle steps between two looks
	yields = 100 // a counterpart in this process needs its P
)

// wait waits a little and reports whether that was enough of it: who can park
// should.
func (s *spin) wait() (enough bool) {
	*s++
	if *s <= looks {
		for range apart {
			idle()
		}
		return false
	}
	runtime.Gosched()
	return *s > looks+yields
}

// blind skips the looks where nothing can change while we look.
func blind(cpus int) spin {
	if cpus == 1 {
		return looks
	}
	return 0
}

// idle takes about a nanosecond.
//
//go:noinline
func idle() {}

package pipe

import "runtime"

// spin is one caller's wait for its counterpart, grown longer with every look in
// vain: look again at once, then let other goroutines run between looks. Start
// with 0.
//
// In a queue a longer pause between looks pays, because it lets one side get
// ahead. In a round trip nobody can get ahead, and a pause is only late.
type spin int

// patience is how many times to look, and then to yield, before it is enough.
type patience struct{ looks, yields spin }

var (
	patient = patience{200, 100}
	// With one CPU, or one P, nothing changes in this process while we look.
	onlyYields = patience{0, 1}
	// With one CPU nothing changes while we alone run here, but the other process
	// may have another CPU.
	onlyLooks = patience{100, 1}
)

// wait waits a little and reports whether that was enough of it: who can park
// should.
func (s *spin) wait(p patience) (enough bool) {
	const apart = 5 // idle steps between two looks
	*s++
	if *s <= p.looks {
		for range apart {
			idle()
		}
		return false
	}
	runtime.Gosched()
	return *s > p.looks+p.yields
}

// idle takes about a nanosecond.
//
//go:noinline
func idle() {}

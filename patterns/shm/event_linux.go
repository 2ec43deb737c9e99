package shm

import (
	"math"
	"sync/atomic"
)

// Event is a place in shared memory to park at until something has changed. Its
// zero value is ready. The order of use is what makes it lose no wake-up:
//
//	ticket := e.Prepare()
//	if !changed() { e.Park(ticket) }   // and look again
//
// against, on the other side, the change first and e.Signal after it.
//
// A caller that prepared and does not park stays on the count: one later signal
// makes a system call for nothing. To take itself off was tempting and wrong:
// if a signal has counted it off already, it would take off another, who sleeps
// on and is never woken.
type Event struct {
	epoch  atomic.Uint32
	parked atomic.Int32 // at least the number of sleepers nobody has signalled yet
}

// Prepare announces that the caller is about to park.
func (e *Event) Prepare() (ticket uint32) {
	ticket = e.epoch.Load()
	e.parked.Add(1)
	return ticket
}

// Park sleeps until a signal that came after Prepare.
func (e *Event) Park(ticket uint32) { Wait(&e.epoch, ticket) }

// Signal wakes one parked caller. Without one it costs a load. The signaller
// takes the sleeper off the count itself: were that left to the sleeper, every
// signal until it runs would pay for a system call.
func (e *Event) Signal() {
	fence(&e.parked)
	if e.parked.Load() > 0 && e.claim() {
		e.epoch.Add(1)
		Wake(&e.epoch, 1)
	}
}

// Broadcast wakes every parked caller.
func (e *Event) Broadcast() {
	e.parked.Store(0)
	e.epoch.Add(1)
	Wake(&e.epoch, math.MaxInt32)
}

// claim takes one off the count, if there is one.
func (e *Event) claim() bool {
	for {
		n := e.parked.Load()
		if n <= 0 {
			return false
		}
		if e.parked.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

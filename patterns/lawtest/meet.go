package lawtest

import (
	"runtime"
	"sync/atomic"
	"time"

	"crossover/patterns/clock"
)

// Meet has end happen just as call is made, and returns what call does when both are
// over. Who looks for the end at the wrong moment shows in few of many rounds: the two go
// at the same time, each on its CPU if there are two, and end comes a little later each
// round.
func Meet(round int, end func(), call func() error) error {
	var ready atomic.Bool
	ended := make(chan struct{})
	go func() {
		ready.Store(true)
		for range round % 4 {
			runtime.Gosched() // with one CPU for both, they meet where one makes way
		}
		for range round % 200 {
			ready.Load()
		}
		end()
		close(ended)
	}()
	for start := clock.Now(); !ready.Load(); {
		if clock.Since(start) > 30*time.Microsecond { // no other CPU has taken it
			runtime.Gosched()
		}
	}
	err := call()
	<-ended
	return err
}

package bench

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/patterns/clock"
)

// neighbour is a goroutine that has nothing to do with what is measured, and only
// wants to run for an instant at each beat. How late it is, is what others pay.
//
// Its load is open: intended times are fixed beforehand, and a beat that it missed
// because it was late counts with its own lateness.
type neighbour struct {
	stopped chan struct{}
	done    sync.WaitGroup
	once    sync.Once
	late    *hdrhistogram.Histogram
}

// beating starts a neighbour with a beat; without one it does nothing.
func beating(beat time.Duration) *neighbour {
	n := &neighbour{stopped: make(chan struct{}), late: newHistogram()}
	if beat > 0 {
		n.done.Go(func() { n.run(beat) })
	}
	return n
}

func (n *neighbour) run(beat time.Duration) {
	for next := clock.Now().Add(beat); ; next = next.Add(beat) {
		time.Sleep(-clock.Since(next))
		select {
		case <-n.stopped:
			return
		default:
			record(n.late, clock.Since(next))
		}
	}
}

// stop ends it, and says how late it was at the 99th percentile, if at least ten
// beats were later than that. It may be called again.
func (n *neighbour) stop() (p99 time.Duration, enough bool) {
	n.once.Do(func() { close(n.stopped) })
	n.done.Wait()
	return time.Duration(n.late.ValueAtPercentile(99)), n.late.TotalCount() >= 1000
}

package pipetest

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// races is how many pipes one after the other are ended just as somebody comes to receive.
const races = 100

// race has end 0 end just as end 1 comes to receive, which is to end as said. Who looks
// for the end before the message, or is about to sleep, may miss it.
func race(ctx context.Context, s Subject, end func(pipe.End), want ending) error {
	if s.As == role.Process {
		return nil // one clock is needed
	}
	for round := range races * lawtest.Soak() {
		err := s.use(ctx, func(l *link) error {
			return lawtest.Await(ctx, "Receive", func() error { return l.meet(round, end, want) })
		})
		if err != nil {
			return fmt.Errorf("ended just as Receive came, pipe %d: %w", round, err)
		}
	}
	return nil
}

// meet lets the two go at the same time, each on its CPU if there are two, and the end
// come a little later each round.
func (l *link) meet(round int, end func(pipe.End), want ending) error {
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
		end(l.ends[0])
		close(ended)
	}()
	for start := time.Now(); !ready.Load(); {
		if time.Since(start) > 30*time.Microsecond { // no other CPU has taken it
			runtime.Gosched()
		}
	}
	_, err := l.ends[1].Receive(nil)
	<-ended
	if got := endingOf(err); got != want {
		return fmt.Errorf("Receive said %q, want %q", got, want)
	}
	return nil
}

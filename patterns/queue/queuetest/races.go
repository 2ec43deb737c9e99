package queuetest

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// race is a call that comes just as a queue is ended. Who looks for the end before the
// item, or is about to sleep, may miss it.
type race struct {
	call string // its name
	run  func(queue.Queue[Item]) error
	full bool // there is no room when it comes
	end  func(queue.Queue[Item])
}

// races is how many queues one after the other are ended so.
const races = 250

func (r race) check(ctx context.Context, s Subject) error {
	if s.As == role.Process {
		return nil // one clock is needed
	}
	capacity := max(s.MinCapacity, 1)
	for round := range races * lawtest.Soak() {
		err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
			if r.full {
				if err := putAll(ctx, q, capacity); err != nil {
					return err
				}
			}
			return lawtest.Await(ctx, r.call, func() error { return r.meet(q, round) })
		})
		if err != nil {
			return fmt.Errorf("ended just as %s came, queue %d: %w", r.call, round, err)
		}
	}
	return nil
}

// meet lets the two go at the same time, each on its CPU if there are two, and the end
// come a little later each round.
func (r race) meet(q queue.Queue[Item], round int) error {
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
		r.end(q)
		close(ended)
	}()
	for start := time.Now(); !ready.Load(); {
		if time.Since(start) > 30*time.Microsecond { // no other CPU has taken it
			runtime.Gosched()
		}
	}
	err := r.run(q)
	<-ended
	return err
}

// getsThen makes calls of Get that are to give so many items and then end.
func getsThen(items int, want ending) func(queue.Queue[Item]) error {
	return func(q queue.Queue[Item]) error {
		for n := 0; ; n++ {
			_, err := q.Get()
			if err == nil {
				continue
			}
			if end := endingOf(err); end != want || n != items {
				return fmt.Errorf("Get gave %d items and then said %q, want %d and %q", n, end, items, want)
			}
			return nil
		}
	}
}

package queuetest

import (
	"context"
	"fmt"

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
	capacity := s.capacity(1)
	for round := range races * lawtest.Soak() {
		err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
			if r.full {
				if err := putAll(ctx, q, capacity); err != nil {
					return err
				}
			}
			return lawtest.Await(ctx, r.call, func() error {
				return lawtest.Meet(round, func() { r.end(q) }, func() error { return r.run(q) })
			})
		})
		if err != nil {
			return fmt.Errorf("ended just as %s came, queue %d: %w", r.call, round, err)
		}
	}
	return nil
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
				return fmt.Errorf("a Get gave %d items and then said %q, want %d and %q", n, end, items, want)
			}
			return nil
		}
	}
}

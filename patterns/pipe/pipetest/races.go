package pipetest

import (
	"context"
	"fmt"

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
			return lawtest.Await(ctx, "Receive", func() error {
				return lawtest.Meet(round, func() { end(l.ends[0]) }, func() error { return l.receiveEnds(want) })
			})
		})
		if err != nil {
			return fmt.Errorf("ended just as Receive came, pipe %d: %w", round, err)
		}
	}
	return nil
}

func (l *link) receiveEnds(want ending) error {
	_, err := l.ends[1].Receive(nil)
	if got := endingOf(err); got != want {
		return fmt.Errorf("a Receive said %q, want %q", got, want)
	}
	return nil
}

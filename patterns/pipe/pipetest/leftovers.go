package pipetest

import (
	"context"
	"fmt"
	"time"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After both ends are released there is no goroutine, descriptor or mapping left over, however the pipe ended.",
	Excuse: everywhere,
	Check: func(ctx context.Context, s Subject) error {
		for _, use := range []struct {
			name string
			run  func() error
		}{
			{"released unused", func() error { return s.use(ctx, func(*link) error { return nil }) }},
			{"closed and drained", func() error {
				_, _, err := deliver(ctx, s, sendJob{Count: 20})
				return err
			}},
			{"broken", func() error {
				return breaks(ctx, s, false, func(l *link) (*role.Handle[receiveReport], error) {
					return start(ctx, l, s.As, 1, receiver, sendJob{})
				}, func(r receiveReport) ending { return r.End })
			}},
		} {
			// The first time warms up: the runtime's poller and the like come to stay.
			var before roletest.Holdings
			for range 2 {
				before = roletest.Hold()
				if err := use.run(); err != nil {
					return fmt.Errorf("%s: %w", use.name, err)
				}
			}
			patience, cancel := context.WithTimeout(ctx, 5*time.Second)
			err := before.Restored(patience)
			cancel()
			if err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

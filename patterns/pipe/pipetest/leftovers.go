package pipetest

import (
	"context"
	"fmt"

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
			if err := roletest.LeavesNothing(ctx, use.run); err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

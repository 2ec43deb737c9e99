package pipetest

import (
	"context"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
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
			{"not ended, with messages in it", func() error { return abandoned(ctx, s, nothing) }},
			{"closed, with messages in it", func() error { return abandoned(ctx, s, pipe.End.Close) }},
			{"broken, with messages in it", func() error { return abandoned(ctx, s, pipe.End.Break) }},
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

// abandoned ends an end that has sent a few messages ahead, and releases the pipe when one
// of them was received: the other end may hold the rest by then.
func abandoned(ctx context.Context, s Subject, end func(pipe.End)) error {
	return s.use(ctx, func(l *link) error {
		return lawtest.Await(ctx, "sending ahead", func() error {
			ahead := min(s.Ahead, 4)
			for seq := range uint64(ahead) {
				if err := l.ends[0].Send(newMessage(seq, 64)); err != nil {
					return err
				}
			}
			if err := received(l.ends[1], min(ahead, 1)); err != nil {
				return err
			}
			if ahead > 0 { // else Close would wait for the receiver
				end(l.ends[0])
			}
			return nil
		})
	})
}

func nothing(pipe.End) {}

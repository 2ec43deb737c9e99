package queuetest

import (
	"context"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role/roletest"
)

var separateLaw = Law{
	Name:   "queues-separate",
	Doc:    "Each queue made is new: empty, and no other queue's items appear in it.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		capacity := s.capacity(1)
		return s.use(ctx, capacity, func(a queue.Queue[Item]) error {
			return s.use(ctx, capacity, func(b queue.Queue[Item]) error {
				return lawtest.Await(ctx, "calls on two queues, one of them empty and closed", func() error {
					if err := a.Put(newItem(0, 0)); err != nil {
						return err
					}
					b.Close()
					if err := drained(b, 0); err != nil {
						return fmt.Errorf("the other queue: %w", err)
					}
					a.Close()
					return drained(a, 1)
				})
			})
		})
	},
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After Release there is no goroutine, descriptor or mapping left over, however the queue ended.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		for _, use := range []struct {
			name string
			run  func() error
		}{
			{"released unused", func() error { return s.use(ctx, s.capacity(8), func(queue.Queue[Item]) error { return nil }) }},
			{"closed and drained", func() error {
				_, _, err := deliver(ctx, s, s.capacity(8), shape{1, 1}, 20)
				return err
			}},
			{"broken", func() error {
				return breaks(ctx, s, getsOnly(s), nothing)
			}},
			{"not ended, with items in it", func() error { return abandoned(ctx, s, nil) }},
			{"closed, with items in it", func() error { return abandoned(ctx, s, queue.Queue[Item].Close) }},
			{"closed and broken, with items in it", func() error {
				return abandoned(ctx, s, func(q queue.Queue[Item]) { q.Close(); q.Break() })
			}},
		} {
			if err := roletest.LeavesNothing(ctx, use.run); err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

// abandoned ends a queue, if at all, and releases it with items that nobody takes.
func abandoned(ctx context.Context, s Subject, end func(queue.Queue[Item])) error {
	return s.use(ctx, s.capacity(8), func(q queue.Queue[Item]) error {
		err := putAll(ctx, q, 4)
		if end != nil {
			end(q)
		}
		return err
	})
}

package queuetest

import (
	"context"
	"fmt"
	"slices"

	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var putWakesLaw = Law{
	Name:   "put-wakes-get",
	Doc:    "Where several Gets wait, as many return as items are put, at once or one after the other, with nothing else happening.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		p := plan{gets: slices.Repeat([]getJob{{Most: 1}}, atMost(waiters, s.Consumers)), getAs: s.As}
		atOnce := func(c *crew) error { return putAll(ctx, c.q, len(p.gets)) }
		if err := wakes(ctx, s, p, 20, 0, atOnce); err != nil {
			return fmt.Errorf("items put at once: %w", err)
		}
		if err := wakes(ctx, s, p, 4, 0, func(c *crew) error { return putEach(ctx, c) }); err != nil {
			return fmt.Errorf("items put one by one: %w", err)
		}
		return nil
	},
}

// putEach puts an item for each consumer, and the next one when somebody has returned:
// that somebody was woken must not count for those who still wait.
func putEach(ctx context.Context, c *crew) error {
	returned := make(chan struct{}, len(c.consumers))
	for _, h := range c.consumers {
		go func() { <-h.Done(); returned <- struct{}{} }()
	}
	for i := range c.consumers {
		if err := putAll(ctx, c.q, 1); err != nil {
			return err
		}
		err := lawtest.Await(ctx, fmt.Sprintf("the Get that item %d is for", i), func() error { <-returned; return nil })
		if err != nil {
			return err
		}
	}
	return nil
}

var getWakesLaw = Law{
	Name:   "get-wakes-put",
	Doc:    "Where several Puts wait for room, all return once what was there before them is taken, with nothing else happening; at the smallest capacity that is not promised.",
	Excuse: everywhere(waitsForRoom),
	// That one Get lets one Put go on was tempting. But the kernel takes a pipe for full
	// as long as each of its pages has an item in it.
	Check: func(ctx context.Context, s Subject) error {
		p := plan{puts: slices.Repeat([]putJob{{Count: 1}}, atMost(waiters, s.Producers)), putAs: s.As}
		capacity := wakeCapacity(s)
		return wakes(ctx, s, p, 20, capacity, func(c *crew) error {
			return lawtest.Await(ctx, fmt.Sprintf("Get where there are %d items", capacity), func() error {
				for i := range capacity {
					if _, err := c.q.Get(); err != nil {
						return fmt.Errorf("after %d items: %w", i, err)
					}
				}
				return nil
			})
		})
	},
}

// waiters is how many of one side wait at once. There is room for an item of each: the
// other side makes its calls in a row, and no call waits for somebody to be awake.
const waiters = 4

// wakeCapacity is two pages of a pipe: of one page the kernel says that it is full again
// after the first of the waiters.
func wakeCapacity(s Subject) int { return s.capacity(2 * s.capacity(waiters)) }

// wakes puts so many items, lets parties of one call each wait and does what is to end
// their waiting, in several rounds. Every other time it goes on at once: who is
// about to wait has to hear of it too.
func wakes(ctx context.Context, s Subject, p plan, rounds, items int, wake func(*crew) error) error {
	if s.As == role.Process {
		rounds = 1
	}
	for round := range rounds {
		err := s.use(ctx, wakeCapacity(s), func(q queue.Queue[Item]) error {
			if err := putAll(ctx, q, items); err != nil {
				return err
			}
			c, err := hire(ctx, q, p)
			if err != nil {
				return err
			}
			defer c.dismiss(ctx)
			if round%2 == 0 {
				lawtest.Linger()
			}
			if err := wake(c); err != nil {
				return err
			}
			sent, err := roletest.JoinAll(ctx, "waiting producer", c.producers)
			if err != nil {
				return err
			}
			got, err := roletest.JoinAll(ctx, "waiting consumer", c.consumers)
			if err != nil {
				return err
			}
			return allEnded(finished, sent, got)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

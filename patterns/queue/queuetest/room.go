package queuetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crossover/patterns"
	"crossover/patterns/queue"
)

var capacityLaw = Law{
	Name: "capacity-checked",
	Doc:  "A capacity that the variant cannot have is refused with an error, and the smallest it can have is not.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if v.Overflow == patterns.Grow {
			return "grows: ignores capacity"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		if q, err := s.New(s.MinCapacity - 1); err == nil {
			q.Release()
			return fmt.Errorf("capacity %d was accepted, the minimum is %d", s.MinCapacity-1, s.MinCapacity)
		}
		q, err := s.New(s.MinCapacity)
		if err != nil {
			return fmt.Errorf("the minimum capacity of %d was refused: %w", s.MinCapacity, err)
		}
		return q.Release()
	},
}

// most is how many items a queue of this capacity may hold: rings round up to a
// power of two and pipes to whole pages.
func most(capacity int) int { return 2 * capacity }

var boundLaw = Law{
	Name: "bounded",
	Doc:  "Without a consumer there is room for capacity items, at most twice as many, and then Put waits.",
	Excuse: everywhere(func(v queue.Variant[Item]) string {
		if v.Overflow != patterns.Block {
			return "does not block on overflow"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		for _, capacity := range capacities(s.Variant) {
			if err := bounded(ctx, s, capacity); err != nil {
				return fmt.Errorf("capacity %d: %w", capacity, err)
			}
		}
		return nil
	},
}

func bounded(ctx context.Context, s Subject, capacity int) error {
	return s.use(ctx, capacity, func(q queue.Queue[Item]) error {
		for i := range capacity { // hangs if there is less room
			if err := q.Put(newItem(0, uint64(i))); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		c, err := hire(ctx, q, plan{puts: []putJob{{0, most(capacity)}}, putAs: s.As})
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		select {
		case <-c.producers[0].Done(): // there was room for all
		case <-time.After(20 * time.Millisecond):
		}
		sent, _, err := c.giveUp(ctx)
		if err != nil {
			return err
		}
		if n := capacity + sent[0].Put; n > most(capacity) {
			return fmt.Errorf("%d items were accepted and none taken", n)
		}
		return nil
	})
}

var overflowLaw = Law{
	Name: "overflow",
	Doc:  "Where the variant drops the newest item, Put refuses it with ErrDropped when full and only then; where it drops the oldest, those that remain are the newest, and Dropped counts the others; where it grows, Put accepts whatever comes. It never waits.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if v.Overflow == patterns.Block {
			return "blocks on overflow"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		if s.Overflow == patterns.Grow {
			return s.use(ctx, 0, grows)
		}
		for _, capacity := range capacities(s.Variant) {
			err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
				if s.Overflow == patterns.DropOldest {
					return keepsNewest(q, capacity)
				}
				return drops(q, capacity)
			})
			if err != nil {
				return fmt.Errorf("capacity %d: %w", capacity, err)
			}
		}
		return nil
	},
}

func grows(q queue.Queue[Item]) error {
	const many = 10_000
	for i := range uint64(many) {
		if err := q.Put(newItem(0, i)); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	q.Close()
	return drained(q, many)
}

func drops(q queue.Queue[Item], capacity int) error {
	accepted, err := fill(q, capacity)
	if err != nil {
		return err
	}
	if accepted < capacity {
		return fmt.Errorf("an item was refused after %d", accepted)
	}
	if _, err := q.Get(); err != nil {
		return err
	}
	again, err := fill(q, capacity)
	if err != nil {
		return err
	}
	if again != 1 {
		return fmt.Errorf("with room for one item, %d were accepted", again)
	}
	q.Close()
	return drained(q, accepted)
}

// keepsNewest overfills a queue that drops the oldest item and looks at what is
// left.
func keepsNewest(q queue.Queue[Item], capacity int) error {
	items := uint64(3*capacity + 1)
	for i := range items {
		if err := q.Put(newItem(0, i)); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	q.Close()
	first, err := q.Get()
	if err != nil {
		return err
	}
	dropped := uint64(q.(queue.Dropper).Dropped())
	if first.Seq != dropped || items-dropped < uint64(capacity) || items-dropped > uint64(most(capacity)) {
		return fmt.Errorf("of %d items, %d are said to be dropped; the oldest left is %d", items, dropped, first.Seq)
	}
	for i := first.Seq + 1; i < items; i++ {
		if item, err := q.Get(); err != nil || item.Seq != i {
			return fmt.Errorf("item %d was to be among those left: got %d, %v", i, item.Seq, err)
		}
	}
	return drained(q, 0)
}

// fill puts items until one is refused and returns how many were not.
func fill(q queue.Queue[Item], capacity int) (accepted int, err error) {
	for accepted <= most(capacity) {
		err := q.Put(newItem(0, uint64(accepted)))
		if errors.Is(err, queue.ErrDropped) {
			return accepted, nil
		}
		if err != nil {
			return accepted, err
		}
		accepted++
	}
	return accepted, fmt.Errorf("%d items were accepted and none refused", accepted)
}

// drained checks that a closed queue gives so many items more.
func drained(q queue.Queue[Item], items int) error {
	for i := range items {
		if _, err := q.Get(); err != nil {
			return fmt.Errorf("after %d of %d items: %w", i, items, err)
		}
	}
	if _, err := q.Get(); !errors.Is(err, queue.ErrClosed) {
		return fmt.Errorf("closed and drained, Get said %q", endingOf(err))
	}
	return nil
}

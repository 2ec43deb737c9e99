package queuetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var capacityLaw = Law{
	Name:   "capacity-checked",
	Doc:    "A capacity that the variant cannot have is refused with an error, and the smallest it can have is not; where it grows, any will do.",
	Excuse: here(binds),
	Check: func(ctx context.Context, s Subject) error {
		impossible, possible := []int{s.MinCapacity - 1, math.MaxInt/2 + 2, math.MaxInt}, []int{s.MinCapacity}
		if s.Overflow == patterns.Grow {
			impossible, possible = nil, []int{-1, 0, math.MaxInt}
		}
		for _, capacity := range impossible {
			if q, err := s.New(capacity); err == nil {
				q.Release()
				return fmt.Errorf("capacity %d was accepted, the minimum is %d and the maximum 1<<30", capacity, s.MinCapacity)
			}
		}
		for _, capacity := range possible {
			q, err := s.New(capacity)
			if err != nil {
				return fmt.Errorf("capacity %d was refused, the minimum is %d: %w", capacity, s.MinCapacity, err)
			}
			if err := q.Release(); err != nil {
				return err
			}
		}
		return nil
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
			err := roomFor(ctx, s, capacity)
			if err == nil {
				err = bounded(ctx, s, capacity)
			}
			if err != nil {
				return fmt.Errorf("capacity %d: %w", capacity, err)
			}
		}
		return nil
	},
}

func roomFor(ctx context.Context, s Subject, capacity int) error {
	return s.use(ctx, capacity, func(q queue.Queue[Item]) error { return putAll(ctx, q, capacity) })
}

// bounded has several producers come at once to an empty queue: each may see the last
// room, and take it for its own.
func bounded(ctx context.Context, s Subject, capacity int) error {
	crowd := 8
	if s.As == role.Process {
		crowd = 3
	}
	p := plan{putAs: s.As}
	for i := range atMost(crowd, s.Producers) {
		p.puts = append(p.puts, putJob{uint64(i), most(capacity) + 1})
	}
	return s.use(ctx, capacity, func(q queue.Queue[Item]) error {
		c, err := hire(ctx, q, p)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		enough, stop := context.WithTimeout(ctx, 20*time.Millisecond)
		defer stop()
		roletest.Ended(enough, c.producers) // if there was room for all
		sent, _, err := c.giveUp(ctx)
		if err != nil {
			return err
		}
		accepted := 0
		for _, r := range sent {
			accepted += r.Put
		}
		if accepted > most(capacity) {
			return fmt.Errorf("%d items were accepted and none taken", accepted)
		}
		return nil
	})
}

var overflowLaw = Law{
	Name: "overflow",
	Doc:  "Where the variant drops the newest item, Put refuses it with ErrDropped when full and only then; where it drops the oldest, those that remain are the newest, and Dropped counts the others; where it grows, Put accepts whatever comes, and all of it is delivered. It never waits.",
	Excuse: here(func(v queue.Variant[Item]) string {
		if v.Overflow == patterns.Block {
			return "blocks on overflow"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		if s.Overflow == patterns.Grow {
			return s.use(ctx, 0, func(q queue.Queue[Item]) error {
				return lawtest.Await(ctx, "Put on a queue that grows, and Get", func() error { return grows(q, inOrder(s.Variant, 1)) })
			})
		}
		for _, capacity := range append(capacities(s.Variant), 1000) {
			err := s.use(ctx, capacity, func(q queue.Queue[Item]) error {
				overfill := drops
				if s.Overflow == patterns.DropOldest {
					overfill = keepsNewest
				}
				return lawtest.Await(ctx, "Put on a full queue that drops, and Get", func() error { return overfill(q, capacity) })
			})
			if err != nil {
				return fmt.Errorf("capacity %d: %w", capacity, err)
			}
		}
		return nil
	},
}

// grows fills a queue and looks whether what it holds came through its growing. A few
// items at a time follow, some of which wait for the next: memory that was taken for many
// may then be used otherwise.
func grows(q queue.Queue[Item], ordered bool) error {
	const many, few = 10_000, 3
	put := uint64(0)
	var got []uint64
	turn := func(puts, gets int) error {
		for range puts {
			if err := q.Put(newItem(0, put)); err != nil {
				return fmt.Errorf("item %d: %w", put, err)
			}
			put++
		}
		for range gets {
			item, err := q.Get()
			if err != nil {
				return fmt.Errorf("after %d of %d items: %w", len(got), put, err)
			}
			got = append(got, item.Seq)
		}
		return nil
	}
	if err := turn(many, many); err != nil {
		return err
	}
	for range 10 * few {
		if err := turn(few, few-1); err != nil {
			return err
		}
	}
	q.Close()
	if err := turn(0, int(put)-len(got)); err != nil {
		return err
	}
	if !ordered {
		slices.Sort(got)
	}
	for i, seq := range got {
		if seq != uint64(i) {
			return fmt.Errorf("of %d items, item %d came in the place of item %d", put, seq, i)
		}
	}
	return drained(q, 0)
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
	counted := make(chan error, 1)
	go func() { counted <- counts(q.(queue.Dropper), 100) }()
	overfill := func() error {
		for i := range items {
			if err := q.Put(newItem(0, i)); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		return nil
	}
	if err := errors.Join(overfill(), <-counted); err != nil {
		return err
	}
	q.Close()
	first, err := q.Get()
	if err != nil {
		return err
	}
	dropped := uint64(q.(queue.Dropper).Dropped())
	if err := counts(q.(queue.Dropper), 2); err != nil {
		return err
	}
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

// counts looks several times how many were dropped, while others put: that only grows.
func counts(q queue.Dropper, looks int) error {
	before := 0
	for range looks {
		n := q.Dropped()
		if n < before {
			return fmt.Errorf("%d items are said to be dropped, after %d were", n, before)
		}
		before = n
	}
	return nil
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

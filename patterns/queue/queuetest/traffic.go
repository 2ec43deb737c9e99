package queuetest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

var lostLaw = Law{
	Name:   "nothing-lost",
	Doc:    "An item that Put accepted arrives, however many were put before it.",
	Excuse: everywhere(func(v queue.Variant[Item]) string { return discards(v) }),
	Check: func(ctx context.Context, s Subject) error {
		if err := onTraffic(allArrived)(ctx, s); err != nil || s.As == role.Process {
			return err
		}
		sent, got, err := deliver(ctx, s, s.capacity(1000), shape{1, 1}, longHaul)
		if err == nil {
			err = allArrived(sent, got)
		}
		return err
	},
}

// longHaul is more items than a counter of 16 bits can count. Their places come in rounds
// of 1000, which do not end where such a counter does.
const longHaul = 1<<16 + 1<<10

func allArrived(sent []putReport, got []getReport) error {
	count := arrivals(got)
	for producer, r := range sent {
		for seq := range uint64(r.Put) {
			_, dropped := slices.BinarySearch(r.Dropped, seq)
			if count[stamp{uint64(producer), seq}] == 0 && !dropped {
				return fmt.Errorf("item %d of producer %d was accepted and never arrived", seq, producer)
			}
		}
	}
	return nil
}

var twiceLaw = Law{
	Name:   "nothing-twice",
	Doc:    "No item arrives twice, and none that Put refused or nobody put.",
	Excuse: everywhere(binds),
	Check: onTraffic(func(sent []putReport, got []getReport) error {
		for s, n := range arrivals(got) {
			if s.Producer >= uint64(len(sent)) || s.Seq >= uint64(sent[s.Producer].Put) {
				return fmt.Errorf("item %d of producer %d arrived though nobody put it", s.Seq, s.Producer)
			}
			if slices.Contains(sent[s.Producer].Dropped, s.Seq) {
				return fmt.Errorf("item %d of producer %d arrived though it was refused", s.Seq, s.Producer)
			}
			if n > 1 {
				return fmt.Errorf("item %d of producer %d arrived %d times", s.Seq, s.Producer, n)
			}
		}
		return nil
	}),
}

var wholeLaw = Law{
	Name:   "items-whole",
	Doc:    "An item arrives as it was put, not mixed from two, nor taken for none because it is the zero value.",
	Excuse: everywhere(binds),
	Check: func(ctx context.Context, s Subject) error {
		err := onTraffic(func(_ []putReport, got []getReport) error {
			for consumer, r := range got {
				if r.Torn > 0 {
					return fmt.Errorf("consumer %d got %d torn items", consumer, r.Torn)
				}
			}
			return nil
		})(ctx, s)
		if err == nil && s.As == role.Goroutine {
			err = zeroWhole(ctx, s)
		}
		return err
	},
}

// zeroWhole puts an item in which no bit is set, and one that is none.
func zeroWhole(ctx context.Context, s Subject) error {
	items := []Item{{}, newItem(0, 1)}
	return s.use(ctx, s.capacity(len(items)), func(q queue.Queue[Item]) error {
		return lawtest.Await(ctx, "the zero value and another item", func() error {
			for _, item := range items {
				if err := q.Put(item); err != nil {
					return err
				}
			}
			for range items {
				got, err := q.Get()
				if err != nil {
					return fmt.Errorf("the zero value and another item were put, a Get said %w", err)
				}
				if !slices.Contains(items, got) {
					return errors.New("the zero value and another item were put, one of them came torn")
				}
			}
			return nil
		})
	})
}

var orderLaw = Law{
	Name: "order-kept",
	Doc:  "A consumer gets each producer's items in the order they were put; where the order is per producer, this is promised to a single consumer only.",
	Excuse: everywhere(func(v queue.Variant[Item]) string {
		if v.Order == patterns.Unordered {
			return "promises no order"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		if s.Order == patterns.PerProducer {
			s.Consumers = 1
		}
		return onTraffic(func(_ []putReport, got []getReport) error {
			for consumer, r := range got {
				if r.Astray > 0 {
					return fmt.Errorf("consumer %d got %d items after a later one of the same producer", consumer, r.Astray)
				}
			}
			return nil
		})(ctx, s)
	},
}

// discards is the excuse of variants that discard what they had accepted.
func discards(v queue.Variant[Item]) string {
	if v.Overflow == patterns.DropOldest {
		return "discards accepted items"
	}
	return ""
}

// onTraffic is the check of a law that looks at what was put and what arrived,
// over several capacities and numbers of parties.
func onTraffic(look func([]putReport, []getReport) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		shapes := []shape{{1, 1}, {3, 1}, {1, 3}, {3, 3}}
		each := 200
		if s.As == role.Process {
			shapes = []shape{{1, 1}, {2, 2}}
		}
		for _, capacity := range capacities(s.Variant) {
			for _, sh := range shapes {
				if !sh.fits(s.Variant) {
					continue
				}
				sent, got, err := deliver(ctx, s, capacity, sh, each)
				if err == nil {
					err = look(sent, got)
				}
				if err != nil {
					return fmt.Errorf("capacity %d, %d → %d: %w", capacity, sh.producers, sh.consumers, err)
				}
			}
		}
		return nil
	}
}

// shape is how many parties there are.
type shape struct{ producers, consumers int }

func (sh shape) fits(v queue.Variant[Item]) bool {
	return (v.Producers == 0 || sh.producers <= v.Producers) && (v.Consumers == 0 || sh.consumers <= v.Consumers)
}

// atMost is n, or as many parties of a side as the variant allows.
func atMost(n, limit int) int {
	if limit == 0 {
		return n
	}
	return min(n, limit)
}

// capacities are the interesting ones among those that the variant can have: a ring may
// need a power of two, and must not take it for granted.
func capacities(v queue.Variant[Item]) []int {
	if v.Overflow == patterns.Grow {
		return []int{0} // ignored
	}
	all := []int{0, 1, 6, v.MinCapacity, 64}
	if v.MaxCapacity > 0 { // what the system gives need not be made of whole items
		all = append(all, min(8*v.MinCapacity+1, v.MaxCapacity))
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(c int) bool { return c < v.MinCapacity })
}

// deliver puts items through a new queue and ends it well.
func deliver(ctx context.Context, s Subject, capacity int, sh shape, each int) (sent []putReport, got []getReport, err error) {
	p := plan{putAs: s.As, getAs: s.As, gets: slices.Repeat([]getJob{{Keep: true}}, sh.consumers)}
	for i := range sh.producers {
		p.puts = append(p.puts, putJob{uint64(i), each})
	}
	err = s.use(ctx, capacity, func(q queue.Queue[Item]) error {
		c, err := hire(ctx, q, p)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		sent, got, err = c.finish(ctx)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for i, r := range sent {
		if n := len(r.Dropped); n > 0 && s.Overflow != patterns.DropNewest {
			return nil, nil, fmt.Errorf("producer %d had %d items refused; on overflow the variant is to %s", i, n, s.Overflow)
		}
	}
	return sent, got, errors.Join(allEnded(finished, sent, nil), allEnded(closed, nil, got))
}

// arrivals counts how often each item arrived.
func arrivals(got []getReport) map[stamp]int {
	count := map[stamp]int{}
	for _, r := range got {
		for _, s := range r.Items {
			count[s]++
		}
	}
	return count
}

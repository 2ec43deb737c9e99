package queuetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var killLaw = Law{
	Name: "kill-survived",
	Doc:  "When a producer or consumer process is killed at any point, that is reported, the others end on Break, nothing half-written or repeated arrives, and nobody is left.",
	Excuse: across(func(v queue.Variant[Item]) string {
		if v.Survives != patterns.SurvivesCrash {
			return "does not survive a crash"
		}
		return ""
	}),
	Check: func(ctx context.Context, s Subject) error {
		for range 3 * lawtest.Soak() {
			after := rand.N(3 * time.Millisecond)
			if err := killed(ctx, s, after, "producer"); err != nil {
				return fmt.Errorf("a producer killed after %v: %w", after, err)
			}
			if err := killed(ctx, s, after, "consumer"); err != nil {
				return fmt.Errorf("a consumer killed after %v: %w", after, err)
			}
		}
		return nil
	},
}

// killed lets processes work against goroutines here and kills one of them.
func killed(ctx context.Context, s Subject, after time.Duration, victim string) error {
	p := plan{gets: []getJob{{}}, putAs: role.Goroutine, getAs: role.Goroutine}
	for i := range atMost(2, s.Producers) {
		p.puts = append(p.puts, putJob{uint64(i), endless})
	}
	if victim == "producer" {
		p.putAs = role.Process
	} else {
		p.getAs = role.Process
		p.gets = slices.Repeat(p.gets, atMost(2, s.Consumers))
	}
	return s.use(ctx, s.capacity(64), func(q queue.Queue[Item]) error {
		c, err := hire(ctx, q, p)
		if err != nil {
			return err
		}
		defer c.dismiss(ctx)
		time.Sleep(after)
		var pid int
		if victim == "producer" {
			pid, err = murder(ctx, &c.producers)
		} else {
			pid, err = murder(ctx, &c.consumers)
		}
		if err != nil {
			return err
		}
		sent, got, err := c.giveUp(ctx)
		if err != nil {
			return err
		}
		for i, r := range got {
			switch {
			case r.Torn > 0:
				return fmt.Errorf("consumer %d got %d torn items", i, r.Torn)
			case r.Astray > 0 && inOrder(s.Variant, len(p.gets)):
				return fmt.Errorf("consumer %d got %d items again or out of order", i, r.Astray)
			}
		}
		return errors.Join(allEnded(broken, sent, got), roletest.Gone(pid))
	})
}

// inOrder reports whether each of so many consumers gets a producer's items in
// order.
func inOrder(v queue.Variant[Item], consumers int) bool {
	return v.Order == patterns.FIFO || v.Order == patterns.PerProducer && consumers == 1
}

// murder kills the first party and strikes it off.
func murder[Out any](ctx context.Context, parties *[]*role.Handle[Out]) (pid int, err error) {
	h := (*parties)[0]
	if err := roletest.Murder(ctx, h); err != nil {
		return 0, err
	}
	*parties = (*parties)[1:]
	return h.Pid(), nil
}

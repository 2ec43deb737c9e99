package queue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// A parent has a process put twice what there is room for, which another takes when the
// first has had time to wait for it; that one then waits to be told of the end.
var parents = lawtest.RegisterParents("queue", lawtest.Crossing(queue.Variants[int](),
	func(v queue.Variant[int]) patterns.Info { return v.Info },
	func(v queue.Variant[int]) error {
		q, err := v.New(v.MinCapacity)
		if err != nil {
			return err
		}
		items := 2 * v.MinCapacity
		ctx, as := context.Background(), role.Options{As: role.Process}
		p, err := producer.Start(ctx, nil, as, q, items)
		if err != nil {
			return err
		}
		lawtest.Linger()
		c, err := consumer.Start(ctx, nil, as, q, struct{}{})
		if err != nil {
			return err
		}
		if _, err := p.Join(); err != nil {
			return err
		}
		lawtest.Linger()
		q.Close()
		r, err := c.Join()
		if err == nil && len(r.Out) != items {
			err = fmt.Errorf("%d items were put and %d taken", items, len(r.Out))
		}
		return errors.Join(err, q.Release())
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

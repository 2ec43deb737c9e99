package pooltest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
)

var closeWaitsLaw = Law{
	Name:   "close-waits",
	Doc:    "Close waits for a Map that is running, which is completed; so does a Close that comes while another waits.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			tasks := t.tasks(manyOrFew(v, 200, 4)) // more than are handed over at a time
			tasks[0].Held, tasks[1].Held = true, true
			m := t.start(ctx, tasks)
			if _, err := m.await(2); err != nil {
				return err
			}
			closed := make(chan error, 2)
			for range cap(closed) {
				go func() { closed <- t.close() }()
			}
			lawtest.Linger()
			select {
			case err := <-closed:
				return errors.Join(errors.New("a Close returned while tasks were running"), err)
			default:
			}
			if err := t.diary.Release(m.tasks...); err != nil {
				return err
			}
			if err := m.join(); err != nil {
				return err
			}
			return errors.Join(judge(m.tasks, m.got, alone), <-closed, <-closed)
		})
	},
}

var closedLaw = Law{
	Name:   "closed-is-final",
	Doc:    "After Close a Map, even of no tasks, returns ErrClosed and begins nothing, and one that comes at the same time is done whole or does so too; Close may be called again.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			if err := t.do(t.tasks(3)); err != nil {
				return err
			}
			for range 2 {
				if err := t.close(); err != nil {
					return err
				}
				for _, n := range []int{3, 0} {
					m := t.start(ctx, t.tasks(n))
					if err := m.join(); err != nil {
						return err
					}
					if !errors.Is(m.got.err, pool.ErrClosed) {
						return fmt.Errorf("a Map of %d tasks on a closed pool returned %v", n, m.got.err)
					}
				}
			}
			noted, err := t.diary.Read()
			if err == nil && len(noted.Begun) != 3 {
				err = fmt.Errorf("%d tasks were begun on a closed pool", len(noted.Begun)-3)
			}
			if err != nil {
				return err
			}
			return racesClose(ctx, v)
		})
	},
}

// racesClose closes one pool after the other while Maps come: thousands, where they
// cost next to nothing.
func racesClose(ctx context.Context, v Subject) error {
	search := time.Duration(lawtest.Soak()) * 150 * time.Millisecond
	start := time.Now()
	for round := 0; time.Since(start) < search; round++ {
		p, err := v.open(pool.Options{Workers: 1, Chunk: 1})
		if err != nil {
			return err
		}
		t := &trial{ctx: ctx, pool: p} // without a diary, which would take longer than all else
		var closed error
		err = lawtest.Await(ctx, "waiting for it to return", func() error {
			return lawtest.Meet(round, func() { closed = t.close() }, t.untilClosed)
		})
		if err != nil {
			return fmt.Errorf("a Map that came with Close: %w", err)
		}
		if closed != nil {
			return closed
		}
	}
	return nil
}

// untilClosed maps until the pool is closed.
func (t *trial) untilClosed() error {
	for {
		tasks := t.tasks(1)
		var got outcome
		got.err = lawtest.Attempt(func() (err error) {
			got.out, err = t.pool.Map(t.ctx, tasks)
			return err
		})
		if errors.Is(got.err, pool.ErrClosed) {
			return nil
		}
		if err := judge(tasks, got, alone); err != nil {
			return err
		}
	}
}

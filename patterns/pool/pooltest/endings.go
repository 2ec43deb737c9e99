package pooltest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

var cancelLaw = Law{
	Name:   "cancel-stops",
	Doc:    "When a Map's context ends no further task is begun, those begun are waited for, and the error is the context's cause, though tasks failed or all were done; a task that was completed has its result, any other the zero one; and the pool goes on with as many workers as before.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			n := manyOrFew(v, 6, 4)
			if err := t.do(t.tasks(n)); err != nil { // results that must not be seen again
				return err
			}
			if err := cancelled(t, v, t.fated(n, errand.Fails, func(i int) bool { return i > 0 })); err != nil {
				return fmt.Errorf("cancelled on the way: %w", err)
			}
			if err := cancelled(t, v, t.tasks(t.workers)); err != nil {
				return fmt.Errorf("cancelled with all tasks begun: %w", err)
			}
			for range 10 { // who does it by tossing a coin is found out
				for _, tasks := range []int{n, 0} {
					if err := stillborn(t, tasks); err != nil {
						return fmt.Errorf("cancelled before: %w", err)
					}
				}
			}
			return t.goesOn(v)
		})
	},
}

var errEnough = errors.New("the caller has had enough")

// cancelled ends the context of a Map while all workers are in a task.
func cancelled(t *trial, v Subject, tasks []Task) error {
	before, err := t.diary.Read()
	if err != nil {
		return err
	}
	full := len(before.Begun) + len(tasks)
	if v.Bounded {
		full = len(before.Begun) + t.workers
	}
	for i := range tasks {
		tasks[i].Held = true
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	m := t.start(ctx, tasks)
	if _, err := m.await(full); err != nil {
		return err
	}
	cancel(errEnough)
	lawtest.Linger()
	if m.returned() {
		return fmt.Errorf("the Map returned %v while %d tasks were running", m.got.err, full-len(before.Begun))
	}
	if err := t.diary.Release(m.tasks...); err != nil {
		return err
	}
	if err := m.join(); err != nil {
		return err
	}
	return t.stopped(m, full)
}

// stillborn maps with a context that has ended.
func stillborn(t *trial, tasks int) error {
	before, err := t.diary.Read()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	cancel(errEnough)
	m := t.start(ctx, t.tasks(tasks))
	if err := m.join(); err != nil {
		return err
	}
	return t.stopped(m, len(before.Begun))
}

// stopped checks how a cancelled Map ended, and that so many tasks have begun and
// ended in all.
func (t *trial) stopped(m *mapping, want int) error {
	noted, err := t.diary.Read()
	if err != nil {
		return err
	}
	begun, ended := len(noted.Begun), len(noted.Ended)
	switch {
	case begun > want:
		return fmt.Errorf("%d tasks were begun after the context had ended", begun-want)
	case ended < begun:
		return fmt.Errorf("the Map returned while %d tasks were running", begun-ended)
	case !errors.Is(m.got.err, errEnough):
		return fmt.Errorf("the Map returned %v, want the context's cause: %v", m.got.err, errEnough)
	case len(m.got.out) != len(m.tasks):
		return fmt.Errorf("the Map returned %d results for %d tasks", len(m.got.out), len(m.tasks))
	}
	times := errand.Times(noted.Begun)
	for i, task := range m.tasks {
		got, completed := m.got.out[i], times[task.ID] > 0 && task.Fate == errand.Returns
		switch {
		case completed && got.Value != task.Value():
			return fmt.Errorf("task %d was completed and its result is %x, want %x", i, got.Value, task.Value())
		case !completed && got != Result{}:
			return fmt.Errorf("task %d was not completed and has the result %v", i, got)
		}
	}
	return nil
}

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

package pooltest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/pool"
)

var cancelLaw = Law{
	Name:   "cancel-stops",
	Doc:    "When a Map's context ends no further task is begun, those begun are waited for, the error is the context's cause, and the pool goes on.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			if err := cancelled(t, v); err != nil {
				return fmt.Errorf("cancelled on the way: %w", err)
			}
			if err := stillborn(t); err != nil {
				return fmt.Errorf("cancelled before: %w", err)
			}
			return t.do(t.tasks(4))
		})
	},
}

var errEnough = errors.New("the caller has had enough")

// cancelled ends the context of a Map while all workers are in a task.
func cancelled(t *trial, v Variant) error {
	const n = 6
	full := n
	if v.Bounded {
		full = t.workers
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	m := t.start(ctx, t.held(n))
	if _, err := m.await(full); err != nil {
		return err
	}
	cancel(errEnough)
	linger()
	if m.returned() {
		return fmt.Errorf("the Map returned %v while %d tasks were running", m.got.err, full)
	}
	if err := t.diary.release(m.tasks...); err != nil {
		return err
	}
	if err := m.join(); err != nil {
		return err
	}
	return t.stopped(m, full)
}

// stillborn maps with a context that has ended.
func stillborn(t *trial) error {
	before, err := t.diary.begun()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(t.ctx)
	cancel(errEnough)
	m := t.start(ctx, t.tasks(4))
	if err := m.join(); err != nil {
		return err
	}
	return t.stopped(m, len(before))
}

// stopped checks how a cancelled Map ended, and that so many tasks have begun and
// ended in all.
func (t *trial) stopped(m *mapping, want int) error {
	entries, err := t.diary.read()
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, e := range entries {
		count[e.what]++
	}
	switch {
	case count[begin] > want:
		return fmt.Errorf("%d tasks were begun after the context had ended", count[begin]-want)
	case count[end] < count[begin]:
		return fmt.Errorf("the Map returned while %d tasks were running", count[begin]-count[end])
	case !errors.Is(m.got.err, errEnough):
		return fmt.Errorf("the Map returned %v, want the context's cause: %v", m.got.err, errEnough)
	}
	return nil
}

var closeWaitsLaw = Law{
	Name:   "close-waits",
	Doc:    "Close waits for a Map that is running, which is completed.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			m := t.start(ctx, t.held(4))
			if _, err := m.await(2); err != nil {
				return err
			}
			closed := make(chan error, 1)
			go func() { closed <- t.close() }()
			linger()
			select {
			case err := <-closed:
				return errors.Join(errors.New("a Close returned while tasks were running"), err)
			default:
			}
			if err := t.diary.release(m.tasks...); err != nil {
				return err
			}
			if err := m.join(); err != nil {
				return err
			}
			return errors.Join(judge(m.tasks, m.got, alone), <-closed)
		})
	},
}

var closedLaw = Law{
	Name:   "closed-is-final",
	Doc:    "After Close a Map returns ErrClosed and begins nothing; Close may be called again.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			if err := t.do(t.tasks(3)); err != nil {
				return err
			}
			for range 2 {
				if err := t.close(); err != nil {
					return err
				}
				m := t.start(ctx, t.tasks(3))
				if err := m.join(); err != nil {
					return err
				}
				if !errors.Is(m.got.err, pool.ErrClosed) {
					return fmt.Errorf("a Map on a closed pool returned %v", m.got.err)
				}
			}
			begun, err := t.diary.begun()
			if err == nil && len(begun) != 3 {
				err = fmt.Errorf("%d tasks were begun on a closed pool", len(begun)-3)
			}
			return err
		})
	},
}

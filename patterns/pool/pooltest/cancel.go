package pooltest

import (
	"context"
	"errors"
	"fmt"

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

package pooltest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"crossover/patterns"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

var streamFailureLaw = Law{
	Name:   "stream-failure-as-asked",
	Doc:    "When a task fails, panics or loses its worker, the others are finished, or no further one is begun: as asked. That one is yielded with its own error, those given up with ErrCancelled, which says which it was.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		fates := []errand.Fate{errand.Fails, errand.Panics}
		if v.Survives == patterns.SurvivesCrash {
			fates = append(fates, errand.Exits, errand.Killed)
		}
		for _, f := range fates {
			err := try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
				if err := givesUp(t, f); err != nil {
					return fmt.Errorf("asked to cancel: %w", err)
				}
				if err := finishes(t, f); err != nil {
					return fmt.Errorf("asked to finish: %w", err)
				}
				if err := givesUpAtOnce(t, f); err != nil {
					return fmt.Errorf("asked to cancel, with another before it: %w", err)
				}
				return t.do(t.tasks(4))
			})
			if err != nil {
				return fmt.Errorf("a task that was to %s: %w", f, err)
			}
		}
		err := try(ctx, v, pool.Options{Workers: 2, Chunk: 2}, func(t *trial) error { return givesUp(t, errand.Fails) })
		if err != nil {
			return fmt.Errorf("in chunks of 2: %w", err)
		}
		return nil
	},
}

func finishes(t *trial, f errand.Fate) error {
	tasks := t.fated(6, f, func(i int) bool { return i == 2 })
	items, err := t.open(t.ctx, pool.StreamOptions{OnFailure: pool.Finish}, inputs(tasks)).take(-1)
	if err != nil {
		return err
	}
	got, err := asMap(items, len(tasks))
	if err != nil {
		return err
	}
	return judge(tasks, got, alone)
}

// givesUpAtOnce has the second task fail, while the first waits for just that.
func givesUpAtOnce(t *trial, f errand.Fate) error {
	first := t.nextID
	fated := t.fated(2, f, func(i int) bool { return i == 1 })
	unending := t.unending()
	s := t.wait(first+1).open(t.ctx, pool.StreamOptions{OnFailure: pool.Cancel}, func(i int) (Task, bool) {
		if i < len(fated) {
			return fated[i], true
		}
		return unending(first + i)
	})
	items, err := s.take(-1)
	switch {
	case err != nil:
		return err
	case len(items) != len(fated):
		return fmt.Errorf("the stream yielded %d inputs, %d of them after the failure", len(items), len(items)-len(fated))
	case !errors.Is(items[0].Err, pool.ErrCancelled):
		return fmt.Errorf("the first is yielded with %v, want %w", items[0].Err, pool.ErrCancelled)
	case !fated[1].Deserves(items[1].Err):
		return fmt.Errorf("the task is yielded with another error: %T %v", items[1].Err, items[1].Err)
	}
	return nil
}

// givesUp has one of tasks without end fail: the stream has to end by itself.
func givesUp(t *trial, f errand.Fate) error {
	const bad = 3
	failing := func(i int) (Task, bool) {
		task := t.tasks(1)[0]
		if i == bad {
			task.Fate = f
		}
		return task, true
	}
	first := t.nextID
	items, err := t.open(t.ctx, pool.StreamOptions{OnFailure: pool.Cancel}, failing).take(-1)
	if err != nil {
		return err
	}
	for i, d := range items {
		task := Task{ID: first + i}
		switch {
		case d.Index != i:
			return fmt.Errorf("the stream yielded input %d where %d was to come", d.Index, i)
		case i == bad:
			if task.Fate = f; d.Err == nil || !task.Deserves(d.Err) {
				return fmt.Errorf("the task is yielded with another error: %T %w", d.Err, d.Err)
			}
		case d.Err == nil && d.Out.Value != task.Value():
			return fmt.Errorf("input %d came to %x, want %x", i, d.Out.Value, task.Value())
		case d.Err != nil && !errors.Is(d.Err, pool.ErrCancelled):
			return fmt.Errorf("input %d was given up because of %w, want %w", i, d.Err, pool.ErrCancelled)
		case d.Err != nil && !strings.Contains(d.Err.Error(), fmt.Sprintf("input %d:", bad)):
			return fmt.Errorf("input %d was given up because of %w, want input %d", i, d.Err, bad)
		}
	}
	if len(items) <= bad {
		return fmt.Errorf("the stream ended after %d inputs, before the one that fails", len(items))
	}
	return nil
}

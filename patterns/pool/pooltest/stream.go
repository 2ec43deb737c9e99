package pooltest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

// streaming is a stream under way, whose consumer takes what it is asked to take.
type streaming struct {
	*trial
	pulled atomic.Int64 // inputs that were taken
	items  chan pool.Done[Result]
	left   chan struct{} // closed for the consumer to break off
	done   chan struct{}
	err    error // a panic, or why it was given up; once done is closed
}

// open starts a stream over the tasks that nth says, until it says no more.
func (t *trial) open(ctx context.Context, o pool.StreamOptions, nth func(i int) (Task, bool)) *streaming {
	s := &streaming{trial: t, items: make(chan pool.Done[Result]), left: make(chan struct{}), done: make(chan struct{})}
	o.Workers, o.Chunk = t.workers, t.chunk
	seq := func(yield func(Task) bool) {
		for i := 0; ; i++ {
			task, ok := nth(i)
			if !ok {
				return
			}
			s.pulled.Add(1)
			if !yield(task) {
				return
			}
		}
	}
	go func() {
		defer close(s.done)
		s.err = lawtest.Attempt(func() error { return s.consume(ctx, o, seq) })
	}()
	return s
}

func (s *streaming) consume(ctx context.Context, o pool.StreamOptions, inputs iter.Seq[Task]) error {
	for d := range s.stream(ctx, s.pool, o, inputs) {
		select {
		case <-s.left:
			return nil
		default:
		}
		select {
		case s.items <- d:
		case <-s.left:
			return nil
		case <-s.ctx.Done(): // or an end that the check made would pass for the stream's own
			return fmt.Errorf("waiting for the stream's reader: %w", context.Cause(s.ctx))
		}
	}
	return nil
}

// take takes the next n, or all if n is negative.
func (s *streaming) take(n int) (items []pool.Done[Result], err error) {
	for len(items) != n {
		select {
		case d := <-s.items:
			items = append(items, d)
		case <-s.done:
			if n < 0 {
				return items, s.err
			}
			return items, errors.Join(fmt.Errorf("the stream ended after %d, want %d", len(items), n), s.err)
		case <-s.ctx.Done():
			return items, fmt.Errorf("waiting for the stream after %d: %w", len(items), context.Cause(s.ctx))
		}
	}
	return items, nil
}

// leave breaks off.
func (s *streaming) leave() { close(s.left) }

// join waits for the consumer to be through.
func (s *streaming) join() error {
	select {
	case <-s.done:
		return s.err
	case <-s.ctx.Done():
		return fmt.Errorf("waiting for the stream to end: %w", context.Cause(s.ctx))
	}
}

// inputs are tasks one after the other, unending are tasks that return without
// end.
func inputs(tasks []Task) func(int) (Task, bool) {
	return func(i int) (Task, bool) {
		if i >= len(tasks) {
			return Task{}, false
		}
		return tasks[i], true
	}
}

func (t *trial) unending() func(int) (Task, bool) {
	return func(i int) (Task, bool) { return Task{ID: i, Diary: t.diary}, true }
}

// asMap is what a Map of the same tasks would have returned. Each has to be there
// once.
func asMap(items []pool.Done[Result], tasks int) (outcome, error) {
	got := outcome{out: make([]Result, tasks)}
	errs := make([]error, tasks)
	seen := make([]bool, tasks)
	for _, d := range items {
		switch {
		case d.Index < 0 || d.Index >= tasks:
			return got, fmt.Errorf("the stream yielded input %d of %d", d.Index, tasks)
		case seen[d.Index]:
			return got, fmt.Errorf("the stream yielded input %d twice", d.Index)
		}
		seen[d.Index], got.out[d.Index], errs[d.Index] = true, d.Out, d.Err
	}
	var failures pool.Failures
	for i := range tasks {
		if !seen[i] {
			return got, fmt.Errorf("the stream did not yield input %d of %d", i, tasks)
		}
		if errs[i] != nil {
			failures = append(failures, pool.TaskError{Index: i, Err: errs[i]})
		}
	}
	if len(failures) > 0 {
		got.err = failures
	}
	return got, nil
}

var streamOrderLaw = Law{
	Name:   "stream-in-order",
	Doc:    "A stream yields what became of each input once, with its index; in the order of the inputs, unless that was not asked for.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		sizes := []int{0, 1, 7, 50}
		if processPerTask(v) {
			sizes = []int{0, 1, 4}
		}
		return eachSizing(ctx, v, sizings(1, 3), func(t *trial) error {
			for _, unordered := range []bool{false, true} {
				for _, n := range sizes {
					tasks := t.fated(n, errand.Fails, func(i int) bool { return i%3 == 1 })
					s := t.open(ctx, pool.StreamOptions{Unordered: unordered}, inputs(tasks))
					items, err := s.take(-1)
					if err != nil {
						return err
					}
					for i, d := range items {
						if !unordered && d.Index != i {
							return fmt.Errorf("the stream yielded input %d where %d was to come", d.Index, i)
						}
					}
					got, err := asMap(items, n)
					if err != nil {
						return err
					}
					if err := judge(tasks, got, alone); err != nil {
						return err
					}
				}
			}
			return t.eachOnce()
		})
	},
}

var streamComeLaw = Law{
	Name:   "stream-as-they-come",
	Doc:    "Unordered, a task that takes long holds back no other's result.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			const n = 6
			tasks := t.tasks(n)
			tasks[0].Held = true
			s := t.open(ctx, pool.StreamOptions{Unordered: true}, inputs(tasks))
			items, err := s.take(n - 1)
			if err != nil {
				return err
			}
			if err := t.diary.Release(tasks[0]); err != nil {
				return err
			}
			last, err := s.take(-1)
			if err != nil {
				return err
			}
			got, err := asMap(append(items, last...), n)
			if err != nil {
				return err
			}
			return judge(tasks, got, alone)
		})
	},
}

var streamBoundLaw = Law{
	Name:   "stream-bounded",
	Doc:    "A stream takes no more inputs ahead of its reader, and runs no more tasks at once, than it has workers, times the chunk.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 3}, func(t *trial) error {
			ahead := t.workers * t.chunk
			s := t.open(ctx, pool.StreamOptions{}, t.unending())
			for took := range 10 {
				lawtest.Linger()
				if n := int(s.pulled.Load()); n > took+ahead {
					return fmt.Errorf("%d inputs were taken when %d results had been read", n, took)
				}
				if _, err := s.take(1); err != nil {
					return err
				}
			}
			s.leave()
			if err := s.join(); err != nil {
				return err
			}
			// Not the pool's workers: some bound each Map by itself, and a chunk is one.
			noted, err := t.diary.Read()
			if err == nil && noted.Most > ahead {
				err = fmt.Errorf("%d tasks ran at once", noted.Most)
			}
			return err
		})
	},
}

var streamBreakLaw = Law{
	Name:   "stream-break-stops",
	Doc:    "When the reader breaks off, no further task is begun, those begun are waited for, and the pool goes on.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			const n = 7
			tasks := t.held(n)
			tasks[0].Held, tasks[1].Held = false, false
			s := t.open(ctx, pool.StreamOptions{}, inputs(tasks))
			if _, err := s.take(1); err != nil {
				return err
			}
			if err := t.reached(3); err != nil { // one was read, one is to be read, one is running
				return err
			}
			s.leave()
			lawtest.Linger()
			select {
			case <-s.done:
				return errors.New("the stream was left while tasks were running")
			default:
			}
			if err := t.diary.Release(tasks...); err != nil {
				return err
			}
			if err := s.join(); err != nil {
				return err
			}
			lawtest.Linger()
			if err := t.settled(3); err != nil {
				return err
			}
			return t.do(t.tasks(4))
		})
	},
}

// reached waits until so many tasks have begun.
func (t *trial) reached(n int) error {
	_, err := (&mapping{trial: t, done: make(chan struct{})}).await(n)
	return err
}

// settled checks that every task that has begun has ended, and that there are no
// more than so many.
func (t *trial) settled(most int) error {
	noted, err := t.diary.Read()
	if err != nil {
		return err
	}
	begun, ended := len(noted.Begun), len(noted.Ended)
	switch {
	case begun > most:
		return fmt.Errorf("%d tasks were begun after the stream had been stopped", begun-most)
	case ended < begun:
		return fmt.Errorf("the stream ended while %d tasks were running", begun-ended)
	}
	return nil
}

var streamCancelLaw = Law{
	Name:   "stream-cancel-stops",
	Doc:    "When the context ends no further input is taken, and of those that were each is still yielded: as done, or with the context's cause.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			inner, cancel := context.WithCancelCause(ctx)
			defer cancel(nil)
			tasks := t.held(7)
			s := t.open(inner, pool.StreamOptions{}, inputs(tasks))
			if err := t.reached(2); err != nil {
				return err
			}
			cancel(errEnough)
			if err := t.diary.Release(tasks...); err != nil {
				return err
			}
			items, err := s.take(-1)
			if err != nil {
				return err
			}
			if n := int(s.pulled.Load()); len(items) != n {
				return fmt.Errorf("%d inputs were taken and %d yielded", n, len(items))
			}
			for _, d := range items {
				if d.Err == nil && d.Out.Value != tasks[d.Index].Value() {
					return fmt.Errorf("input %d came to %x, want %x", d.Index, d.Out.Value, tasks[d.Index].Value())
				}
				if d.Err != nil && !errors.Is(d.Err, errEnough) {
					return fmt.Errorf("input %d was given up because of %w, want the context's cause: %w", d.Index, d.Err, errEnough)
				}
			}
			return t.settled(2)
		})
	},
}

var streamFailureLaw = Law{
	Name:   "stream-failure-as-asked",
	Doc:    "When a task fails, panics or loses its worker, the others are finished, or no further one is begun: as asked. That one is yielded with its own error, those given up with ErrCancelled.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
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
				return t.do(t.tasks(4))
			})
			if err != nil {
				return fmt.Errorf("a task that was to %s: %w", f, err)
			}
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

// givesUp has one of tasks without end fail: the stream has to end by itself.
func givesUp(t *trial, f errand.Fate) error {
	const bad = 2
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
		}
	}
	if len(items) <= bad {
		return fmt.Errorf("the stream ended after %d inputs, before the one that fails", len(items))
	}
	return nil
}

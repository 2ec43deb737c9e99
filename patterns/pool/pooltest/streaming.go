package pooltest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
)

// streaming is a stream under way, whose consumer takes what it is asked to take.
type streaming struct {
	*trial
	pulled atomic.Int64 // inputs that were taken
	items  chan pool.Done[Result]
	left   chan struct{} // closed for the consumer to break off
	rude   bool          // with a panic
	done   chan struct{}
	err    error // a panic, or why it was given up; once done is closed
}

// open starts a stream over the tasks that nth says, until it says no more. Its window is
// as wide as the pool, unless another is asked for.
func (t *trial) open(ctx context.Context, o pool.StreamOptions, nth func(i int) (Task, bool)) *streaming {
	s := &streaming{trial: t, items: make(chan pool.Done[Result]), left: make(chan struct{}), done: make(chan struct{})}
	o.Chunk = t.chunk
	if o.Window == 0 {
		o.Window = t.workers
	}
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
			return s.breakOff()
		default:
		}
		select {
		case s.items <- d:
		case <-s.left:
			return s.breakOff()
		case <-s.ctx.Done(): // or an end that the check made would pass for the stream's own
			return fmt.Errorf("waiting for the stream's reader: %w", context.Cause(s.ctx))
		}
	}
	return nil
}

func (s *streaming) breakOff() error {
	if s.rude {
		panic(errEnough)
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

// waiting is a pool whose Maps wait for their context to end before they begin a task,
// but for those of one task.
type waiting struct {
	pool.Pool[Task, Result]
	ctx context.Context // ends all waits
	but int
}

func (w waiting) Map(ctx context.Context, tasks []Task) ([]Result, error) {
	if tasks[0].ID != w.but {
		select {
		case <-ctx.Done():
		case <-w.ctx.Done():
		}
	}
	return w.Pool.Map(ctx, tasks)
}

// wait has all Maps but that of one task wait for their context to end.
func (t *trial) wait(but int) *trial {
	w := *t
	w.pool = waiting{t.pool, t.ctx, but}
	return &w
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

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
	rude   bool          // with a panic
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

var streamOrderLaw = Law{
	Name:   "stream-in-order",
	Doc:    "A stream yields what became of each input once, with its index; in the order of the inputs, unless that was not asked for; with one worker and chunks of one, if fewer were asked for.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		sizes := []int{0, 1, 7, 50}
		if processPerTask(v) {
			sizes = []int{0, 1, 4}
		}
		err := eachSizing(ctx, v, sizings(1, 3), func(t *trial) error {
			for _, unordered := range []bool{false, true} {
				for _, n := range sizes {
					if err := t.streamed(n, unordered); err != nil {
						return err
					}
				}
			}
			return t.eachOnce()
		})
		if err != nil {
			return err
		}
		return try(ctx, v, pool.Options{Workers: 1, Chunk: 1}, func(t *trial) error {
			for _, n := range []int{0, -1} {
				t.workers, t.chunk = n, n
				if err := t.streamed(3, false); err != nil {
					return fmt.Errorf("a stream with %d workers, chunks of %d: %w", n, n, err)
				}
			}
			return nil
		})
	},
}

// streamed streams n tasks, some of which fail.
func (t *trial) streamed(n int, unordered bool) error {
	tasks := t.fated(n, errand.Fails, func(i int) bool { return i%3 == 1 })
	s := t.open(t.ctx, pool.StreamOptions{Unordered: unordered}, inputs(tasks))
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
	return judge(tasks, got, alone)
}

var streamComeLaw = Law{
	Name:   "stream-as-they-come",
	Doc:    "Unordered, a task that takes long holds back no other's result.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
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
	Check: func(ctx context.Context, v Subject) error {
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
	Doc:    "When the reader breaks off, be it with a panic, no further task is begun, those begun are waited for and no others, and the pool goes on.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 3, Chunk: 1}, func(t *trial) error {
			if err := leaves(t, 4, false); err != nil {
				return err
			}
			if err := leaves(t, 8, true); err != nil {
				return fmt.Errorf("with a panic: %w", err)
			}
			s := t.wait(0).open(ctx, pool.StreamOptions{}, t.unending())
			s.leave()
			if err := s.join(); err != nil {
				return fmt.Errorf("left with tasks that have not begun: %w", err)
			}
			if err := t.settled(9); err != nil {
				return err
			}
			return t.do(t.tasks(4))
		})
	},
}

// leaves breaks off while two tasks are running, and so many have begun in all.
func leaves(t *trial, begun int, rude bool) error {
	tasks := t.held(9)
	tasks[0].Held, tasks[1].Held = false, false
	s := t.open(t.ctx, pool.StreamOptions{}, inputs(tasks))
	if _, err := s.take(1); err != nil {
		return err
	}
	if err := t.reached(begun); err != nil { // one was read, one is to be read, two are running
		return err
	}
	s.rude = rude
	s.leave()
	for _, running := range tasks[2:4] {
		lawtest.Linger()
		select {
		case <-s.done:
			return errors.New("the stream was left while tasks were running")
		default:
		}
		if err := t.diary.Release(running); err != nil {
			return err
		}
	}
	if err := t.diary.Release(tasks...); err != nil {
		return err
	}
	if err := s.join(); err != nil && !rude {
		return err
	}
	lawtest.Linger()
	return t.settled(begun)
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
	Check: func(ctx context.Context, v Subject) error {
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
			if err := s.stopped(items, 2, errEnough); err != nil {
				return err
			}
			if err := t.settled(2); err != nil {
				return err
			}
			return cancelsItself(ctx, v)
		})
	},
}

// cancelsItself ends the context with the second of three inputs that make a chunk.
func cancelsItself(ctx context.Context, v Subject) error {
	err := try(ctx, v, pool.Options{Workers: 2, Chunk: 3}, func(t *trial) error {
		inner, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		tasks := t.unending()
		s := t.open(inner, pool.StreamOptions{}, func(i int) (Task, bool) {
			if i == 1 {
				cancel(errEnough)
			}
			return tasks(i)
		})
		items, err := s.take(-1)
		if err != nil {
			return err
		}
		if err := s.stopped(items, 2, errEnough); err != nil {
			return err
		}
		return t.settled(0)
	})
	if err != nil {
		return fmt.Errorf("cancelled while a chunk was filled: %w", err)
	}
	return nil
}

// stopped checks what was taken and yielded of a stream that came to an end after so
// many inputs: as done, or with the cause of that.
func (s *streaming) stopped(items []pool.Done[Result], most int, cause error) error {
	switch n := int(s.pulled.Load()); {
	case n > most:
		return fmt.Errorf("%d inputs were taken after the stream had been stopped", n-most)
	case len(items) != n:
		return fmt.Errorf("%d inputs were taken and %d yielded", n, len(items))
	}
	for _, d := range items {
		want := Task{ID: d.Index}.Value()
		if d.Err == nil && d.Out.Value != want {
			return fmt.Errorf("input %d came to %x, want %x", d.Index, d.Out.Value, want)
		}
		if d.Err != nil && !errors.Is(d.Err, cause) {
			return fmt.Errorf("input %d was given up because of %w, want the cause: %w", d.Index, d.Err, cause)
		}
	}
	return nil
}

var streamClosedLaw = Law{
	Name:   "stream-closed-stops",
	Doc:    "When the pool is closed no further input is taken, and of those that were each is still yielded: as done, or with ErrClosed.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			const last, enough = 4, 100
			tasks := t.unending()
			var closing error
			s := t.open(ctx, pool.StreamOptions{}, func(i int) (Task, bool) {
				if i == last {
					closing = t.close()
				}
				task, _ := tasks(i)
				return task, i < enough
			})
			items, err := s.take(-1)
			if err := errors.Join(err, closing); err != nil {
				return err
			}
			return s.stopped(items, last+t.workers, pool.ErrClosed) // one more, for it is a Map that tells of the end
		})
	},
}

var streamFailureLaw = Law{
	Name:   "stream-failure-as-asked",
	Doc:    "When a task fails, panics or loses its worker, the others are finished, or no further one is begun: as asked. That one is yielded with its own error, those given up with ErrCancelled.",
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

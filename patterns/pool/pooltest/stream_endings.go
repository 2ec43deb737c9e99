package pooltest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
)

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

// finished waits until so many tasks have ended.
func (t *trial) finished(n int) error {
	return (&mapping{trial: t, done: make(chan struct{})}).outlast(n)
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

package pooltest

import (
	"context"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

var streamOrderLaw = Law{
	Name:   "stream-in-order",
	Doc:    "A stream yields what became of each input once, with its index; in the order of the inputs, unless that was not asked for; with room for one chunk of one, if less was asked for.",
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
	return judgeItems(tasks, items, unordered)
}

// judgeItems judges what a stream has yielded for all tasks.
func judgeItems(tasks []Task, items []pool.Done[Result], unordered bool) error {
	for i, d := range items {
		if !unordered && d.Index != i {
			return fmt.Errorf("the stream yielded input %d where %d was to come", d.Index, i)
		}
	}
	got, err := asMap(items, len(tasks))
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
			return judgeItems(tasks, append(items, last...), true)
		})
	},
}

var streamAheadLaw = Law{
	Name:   "stream-ahead",
	Doc:    "In order, a task that takes long holds back the others' results and not the others: as many are done meanwhile as the window has room for.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			const window, n = 6, 9
			tasks := t.tasks(n)
			tasks[0].Held = true
			s := t.open(ctx, pool.StreamOptions{Window: window}, inputs(tasks))
			if err := t.finished(window - 1); err != nil {
				return err
			}
			lawtest.Linger()
			if taken := s.pulled.Load(); taken > window {
				return fmt.Errorf("%d inputs were taken before the first result was there", taken)
			}
			if err := t.diary.Release(tasks[0]); err != nil {
				return err
			}
			items, err := s.take(-1)
			if err != nil {
				return err
			}
			return judgeItems(tasks, items, false)
		})
	},
}

var streamBoundLaw = Law{
	Name:   "stream-bounded",
	Doc:    "A stream takes no more inputs ahead of its reader, and runs no more tasks at once, than its window has room for.",
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

package pooltest

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// binds is the excuse of a law that has none.
func binds(Subject) string { return "" }

// sizings are the options with which a law about results is checked.
func sizings(chunks ...int) (all []pool.Options) {
	for _, workers := range []int{1, 3} {
		for _, chunk := range chunks {
			all = append(all, pool.Options{Workers: workers, Chunk: chunk})
		}
	}
	return all
}

// eachSizing tries a pool of every sizing in turn; of those that differ in chunks only
// the first where there are no chunks.
func eachSizing(ctx context.Context, v Subject, sizings []pool.Options, examine func(*trial) error) error {
	for _, o := range sizings {
		if processPerTask(v) && o.Chunk != sizings[0].Chunk {
			continue
		}
		if err := try(ctx, v, o, examine); err != nil {
			return fmt.Errorf("%d workers, chunks of %d: %w", o.Workers, o.Chunk, err)
		}
	}
	return nil
}

var resultsLaw = Law{
	Name:   "results-in-place",
	Doc:    "Every task runs once, and its result stands where its input stood, however large it is, however late it comes and whatever Maps come after.",
	Excuse: binds,
	Check: func(ctx context.Context, v Subject) error {
		sizes := []int{0, 1, 7, 150, 7}
		if processPerTask(v) {
			sizes = []int{0, 1, 3, 2}
		}
		err := eachSizing(ctx, v, sizings(1, 7, math.MaxInt), func(t *trial) error {
			var maps []*mapping
			for _, n := range sizes {
				m := t.start(ctx, t.tasks(n))
				if err := m.join(); err != nil {
					return err
				}
				if err := judge(m.tasks, m.got, alone); err != nil {
					return err
				}
				maps = append(maps, m)
			}
			for _, m := range maps {
				if err := judge(m.tasks, m.got, alone); err != nil {
					return fmt.Errorf("after another Map: %w", err)
				}
			}
			return t.eachOnce()
		})
		if err != nil {
			return err
		}
		return try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, func(t *trial) error {
			if err := t.late(manyOrFew(v, 150, 4)); err != nil {
				return fmt.Errorf("the first comes last: %w", err)
			}
			if err := t.do(t.laden(4)); err != nil {
				return fmt.Errorf("large: %w", err)
			}
			if !v.Bounded || v.As != role.Goroutine { // too many to be there at once, or too slow
				return nil
			}
			if err := t.do(t.untold(1<<16 + 100)); err != nil {
				return fmt.Errorf("very many: %w", err)
			}
			return nil
		})
	},
}

// late holds the first of n tasks until all others have ended.
func (t *trial) late(n int) error {
	tasks := t.tasks(n)
	tasks[0].Held = true
	m := t.start(t.ctx, tasks)
	if err := m.outlast(n - 1); err != nil {
		return err
	}
	if err := t.diary.Release(tasks[0]); err != nil {
		return err
	}
	if err := m.join(); err != nil {
		return err
	}
	return judge(tasks, m.got, alone)
}

// laden makes tasks with more to bring back than pipes and buffers hold.
func (t *trial) laden(n int) []Task {
	tasks := t.tasks(n)
	for i := range tasks {
		tasks[i].Load = strings.Repeat(strconv.Itoa(i), 200<<10)
	}
	return tasks
}

// untold makes tasks that keep no diary, and so take next to no time. Every hundredth
// fails.
func (t *trial) untold(n int) []Task {
	tasks := t.fated(n, errand.Fails, func(i int) bool { return i%100 == 99 })
	for i := range tasks {
		tasks[i].Diary = ""
	}
	return tasks
}

// eachOnce checks that every task made for this trial has begun once.
func (t *trial) eachOnce() error {
	noted, err := t.diary.Read()
	if err != nil {
		return err
	}
	times := errand.Times(noted.Begun)
	for id := range t.nextID {
		if n := times[id]; n != 1 {
			return fmt.Errorf("task %d of %d ran %d times", id, t.nextID, n)
		}
	}
	return nil
}

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

// trial is a pool under examination. Whatever it waits for, it stops waiting
// when ctx ends.
type trial struct {
	ctx            context.Context
	pool           pool.Pool[Task, Result]
	stream         StreamFunc
	workers, chunk int
	diary          errand.Diary
	nextID         int
	ended          bool // the examination has seen to closing the pool
}

// try makes a pool, examines it and closes it.
func try(ctx context.Context, v Subject, o pool.Options, examine func(*trial) error) (err error) {
	d, err := errand.NewDiary()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	p, err := v.open(o)
	if err != nil {
		return err
	}
	t := &trial{ctx: ctx, pool: p, stream: v.Stream, workers: o.Workers, chunk: o.Chunk, diary: d}
	if t.stream == nil {
		t.stream = pool.Stream[Task, Result]
	}
	if err := examine(t); err != nil {
		return errors.Join(err, d.Close(), t.close()) // in this order: Close waits for held tasks
	}
	if t.ended {
		return nil
	}
	return t.close()
}

// tasks makes tasks that return.
func (t *trial) tasks(n int) []Task {
	tasks := make([]Task, n)
	for i := range tasks {
		tasks[i] = Task{ID: t.nextID, Diary: t.diary}
		t.nextID++
	}
	return tasks
}

// held makes tasks that return once they are released.
func (t *trial) held(n int) []Task {
	tasks := t.tasks(n)
	for i := range tasks {
		tasks[i].Held = true
	}
	return tasks
}

// close closes the pool, once more if it is closed.
func (t *trial) close() error {
	if err := lawtest.Await(t.ctx, "waiting for Close to return", t.pool.Close); err != nil {
		return fmt.Errorf("closing the pool: %w", err)
	}
	return nil
}

// mapping is a Map under way.
type mapping struct {
	*trial
	tasks []Task
	done  chan struct{}
	got   outcome // once done is closed
}

// outcome is what a Map returned.
type outcome struct {
	out []Result
	err error
}

// start calls Map and does not wait for it.
func (t *trial) start(ctx context.Context, tasks []Task) *mapping {
	m := &mapping{trial: t, tasks: tasks, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		m.got.err = lawtest.Attempt(func() (err error) {
			m.got.out, err = t.pool.Map(ctx, tasks)
			return err
		})
	}()
	return m
}

// do calls Map and judges what it returns.
func (t *trial) do(tasks []Task) error {
	m := t.start(t.ctx, tasks)
	if err := m.join(); err != nil {
		return err
	}
	return judge(tasks, m.got, alone)
}

func (m *mapping) join() error {
	select {
	case <-m.done:
		return nil
	case <-m.ctx.Done():
		return fmt.Errorf("waiting for Map to return: %w", context.Cause(m.ctx))
	}
}

func (m *mapping) returned() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// await waits until at least n tasks have begun, and returns them.
func (m *mapping) await(n int) ([]errand.Entry, error) {
	return m.look(n, "begin", func(r errand.Record) []errand.Entry { return r.Begun })
}

// outlast waits until at least n tasks have ended.
func (m *mapping) outlast(n int) error {
	_, err := m.look(n, "end", func(r errand.Record) []errand.Entry { return r.Ended })
	return err
}

// look waits until at least n of the entries that matter are in the diary.
func (m *mapping) look(n int, what string, of func(errand.Record) []errand.Entry) ([]errand.Entry, error) {
	for {
		over := m.returned() // before the look: what was noted before it returned is seen
		noted, err := m.diary.Read()
		entries := of(noted)
		switch {
		case err != nil || len(entries) >= n:
			return entries, err
		case over:
			return nil, fmt.Errorf("the Map returned %v while waiting for %d tasks to %s, of which %d did", m.got.err, n, what, len(entries))
		}
		select {
		case <-time.After(errand.Interval):
		case <-m.ctx.Done():
			return nil, fmt.Errorf("waiting for %d tasks to %s, of which %d did: %w", n, what, len(entries), context.Cause(m.ctx))
		}
	}
}

// processPerTask reports whether a task costs milliseconds.
func processPerTask(v Subject) bool { return v.Crosses && !v.Reuses }

// manyOrFew is how many tasks a law gives a pool: many, or few where each starts a process.
func manyOrFew(v Subject, many, few int) int {
	if processPerTask(v) {
		return few
	}
	return many
}

package pooltest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
	"crossover/patterns/role/roletest"
)

// platformLaws are those that need to find what a process holds, its children and threads.
func platformLaws() []Law { return []Law{threadLaw, starvedLaw, killLaw} }

var killLaw = Law{
	Name:   "kill-survived",
	Doc:    "When a worker process is killed at any moment, what it had in hand is listed and no more, nothing wrong passes for a result, the pool goes on, and nothing is left running. One that had nothing in hand costs nothing, once its death was noticed, and if it never was before Close that says so; asked to terminate, it ends.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Subject) error {
		if err := try(ctx, v, pool.Options{Workers: 2, Chunk: 1}, killInTask); err != nil {
			return fmt.Errorf("killed in a task: %w", err)
		}
		before := roletest.Hold()
		if v.Reuses {
			err := try(ctx, v, pool.Options{Workers: 1, Chunk: 1}, func(t *trial) error { return killIdle(t, before) })
			if err != nil {
				return fmt.Errorf("killed idle: %w", err)
			}
		}
		for range lawtest.Soak() { // of a fresh pool each: what kills of idle workers may have cost does not add up
			err := try(ctx, v, pool.Options{Workers: 2, Chunk: 3}, func(t *trial) error { return killAnytime(t, v, before) })
			if err != nil {
				return fmt.Errorf("killed at some moment: %w", err)
			}
		}
		return nil
	},
}

// killInTask kills the worker of a task that is known to be running.
func killInTask(t *trial) error {
	m := t.start(t.ctx, t.held(4))
	begun, err := m.await(2)
	if err != nil {
		return err
	}
	if err := syscall.Kill(begun[0].Pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("killing worker %d: %w", begun[0].Pid, err)
	}
	fates := slices.Clone(m.tasks)
	fates[slices.IndexFunc(fates, func(t Task) bool { return t.ID == begun[0].ID })].Fate = errand.Killed
	if err := t.diary.Release(m.tasks...); err != nil {
		return err
	}
	if err := m.join(); err != nil {
		return err
	}
	if err := judge(fates, m.got, alone); err != nil {
		return err
	}
	return t.do(t.tasks(4))
}

// killIdle ends the only worker between two Maps, and before Close.
func killIdle(t *trial, before roletest.Holdings) error {
	// When the pool has noticed cannot be seen from outside, so that only one that loses a
	// task however often is wrong.
	const often = 50
	for round := 1; ; round++ {
		by := syscall.SIGKILL
		if round == 1 {
			by = syscall.SIGTERM
		}
		if err := endOnly(before, by); err != nil {
			return err
		}
		for len(before.NewChildren()) > 0 {
			select {
			case <-time.After(errand.Interval):
			case <-t.ctx.Done():
				return fmt.Errorf("waiting for a worker that got %v to be reaped: %w", by, context.Cause(t.ctx))
			}
		}
		lawtest.Linger()
		m := t.start(t.ctx, t.tasks(1))
		if err := m.join(); err != nil {
			return err
		}
		if by == syscall.SIGKILL {
			if err := judge(m.tasks, m.got, func(int) bool { return true }); err != nil {
				return err
			}
			if m.got.err == nil {
				break
			}
		}
		if round == often {
			return fmt.Errorf("a task was lost each of %d times, last: %w", often, m.got.err)
		}
		if err := t.do(t.tasks(1)); err != nil { // with a worker that replaces the other
			return err
		}
	}
	if err := endOnly(before, syscall.SIGKILL); err != nil {
		return err
	}
	t.ended = true
	if err := t.close(); !errand.Crashed(err) {
		return fmt.Errorf("the worker was killed and Close returned %v", err)
	}
	return nil
}

// endOnly sends a signal to the only worker there is.
func endOnly(before roletest.Holdings, by syscall.Signal) error {
	pids := before.NewChildren()
	if len(pids) != 1 {
		return fmt.Errorf("the only worker is one of processes %v", pids)
	}
	if err := syscall.Kill(pids[0], by); err != nil {
		return fmt.Errorf("sending %v to worker %d: %w", by, pids[0], err)
	}
	return nil
}

// killAnytime kills some worker at some moment, during a Map or between two. A
// kill costs one chunk at most, though perhaps only in the Map after it.
func killAnytime(t *trial, v Subject, before roletest.Holdings) error {
	n, span := 30, 3*time.Millisecond
	if processPerTask(v) {
		n, span = 4, 15*time.Millisecond
	}
	kills, spoilt, lost := 0, 0, 0
	mapAndCount := func(disturb func()) error {
		m := t.start(t.ctx, t.tasks(n))
		disturb()
		if err := m.join(); err != nil {
			return err
		}
		if err := judge(m.tasks, m.got, func(int) bool { return true }); err != nil {
			return err
		}
		failures, _ := m.got.err.(pool.Failures)
		lost += len(failures)
		if len(failures) > 0 {
			spoilt++
		}
		if lost > kills*t.chunk || spoilt > kills {
			return fmt.Errorf("after %d kills %d tasks were lost in %d Maps, last: %w", kills, lost, spoilt, m.got.err)
		}
		return nil
	}
	kill := func() {
		if pids := before.NewChildren(); len(pids) > 0 && syscall.Kill(pids[rand.N(len(pids))], syscall.SIGKILL) == nil {
			kills++
		}
	}
	for range 3 {
		if err := mapAndCount(func() { time.Sleep(rand.N(span)); kill() }); err != nil {
			return err
		}
		kill()
		if err := mapAndCount(func() {}); err != nil {
			return err
		}
	}
	// Who was killed last and had nothing to do since is only found now.
	t.ended = true
	if err := t.close(); err != nil && !errand.Crashed(err) {
		return err
	}
	if left := before.NewChildren(); len(left) > 0 {
		return fmt.Errorf("processes %v left", left)
	}
	return nil
}

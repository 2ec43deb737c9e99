package spawntest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"crossover/patterns/lawtest"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/role/roletest"
	"crossover/patterns/spawn"
)

// platformLaws are those that need to find what a process holds, its children too.
func platformLaws() []Law { return []Law{starvedLaw, killLaw} }

var killLaw = Law{
	Name:   "kill-survived",
	Doc:    "When a worker process is killed at any moment, one worker at most is reported with a *role.ExitError, nothing wrong passes for a result, the others are completed, and nobody is left. One that was idle costs nothing, and Release says that it was killed.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Variant) error {
		before := roletest.Hold()
		if v.Keeps {
			if err := killIdle(ctx, v, before); err != nil {
				return fmt.Errorf("killed idle: %w", err)
			}
		}
		o := roomy
		o.Ready = 2
		for i := range 5 * lawtest.Soak() { // of a fresh spawner each: what kills of idle workers may have cost does not add up
			k := &killing{before: before}
			after := rand.N(12 * time.Millisecond)
			err := try(ctx, v, o, func(t *trial) error { return k.killed(t, after, i%2 == 0) })
			// Who was killed last and had nothing to do since is only found now.
			if err != nil && !(k.well && errand.Crashed(err)) {
				return fmt.Errorf("killed after %v: %w", after, err)
			}
			if left := before.NewChildren(); len(left) > 0 {
				return fmt.Errorf("processes %v left", left)
			}
		}
		return nil
	},
}

// killIdle kills the only worker before a Spawn, and before Release.
func killIdle(ctx context.Context, v Variant, before roletest.Holdings) error {
	o := roomy
	o.Ready = 1
	well := false
	err := try(ctx, v, o, func(t *trial) error {
		if err := killOnly(before); err != nil {
			return err
		}
		if err := t.do(t.args(1)); err != nil {
			return err
		}
		if err := killOnly(before); err != nil {
			return err
		}
		well = true
		return nil
	})
	if well && errand.Crashed(err) {
		return nil
	}
	if err == nil {
		err = errors.New("nothing was found wrong by Release")
	}
	return err
}

// killOnly kills the only worker there is and waits until it is dead, but does not reap
// it.
func killOnly(before roletest.Holdings) error {
	pids := before.NewChildren()
	if len(pids) != 1 {
		return fmt.Errorf("the only worker is one of processes %v", pids)
	}
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		return fmt.Errorf("killing worker %d: %w", pids[0], err)
	}
	for {
		err := unix.Waitid(unix.P_PID, pids[0], nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err == nil {
			return nil
		}
		if err != unix.EINTR {
			return fmt.Errorf("waiting for worker %d: %w", pids[0], err)
		}
	}
}

// killing counts kills and what they cost, over all Spawns of a trial.
type killing struct {
	before      roletest.Holdings
	kills, lost int
	well        bool // only workers were lost, and no more than were killed
}

// killed spawns workers, held or not, kills some process at some moment, and one more
// when they are done, which is idle if it is kept; and spawns once more.
func (k *killing) killed(t *trial, after time.Duration, held bool) error {
	during := func() { time.Sleep(after); k.kill() }
	if err := k.spawn(t, 4, held, during); err != nil {
		return err
	}
	k.kill()
	if err := k.spawn(t, 2, held, func() {}); err != nil {
		return err
	}
	k.well = true
	return nil
}

func (k *killing) kill() {
	if pids := k.before.NewChildren(); len(pids) > 0 && syscall.Kill(pids[rand.N(len(pids))], syscall.SIGKILL) == nil {
		k.kills++
	}
}

func (k *killing) spawn(t *trial, n int, held bool, during func()) error {
	var hold *spawn.Hold
	if held {
		hold = spawn.NewHold(n)
	}
	s := t.start(t.ctx, hold, t.args(n))
	during()
	if held {
		if err := s.full(); err != nil { // the dead count as come
			return err
		}
		hold.Release()
	}
	return k.count(s)
}

// count joins workers, which are right or lost.
func (k *killing) count(s *spawning) error {
	if err := s.join(); err != nil {
		return err
	}
	for i, a := range s.args {
		e := s.ends[i]
		switch {
		case errand.Crashed(e.Err) && e.Out != Result{}:
			return fmt.Errorf("worker %d was lost and has the result %v", i, e.Out)
		case errand.Crashed(e.Err):
			k.lost++
		default:
			if err := fits(a, e); err != nil {
				return fmt.Errorf("worker %d: %w", i, err)
			}
		}
	}
	if k.lost > k.kills {
		return errors.New("more workers were lost than killed")
	}
	return nil
}

package lifecycletest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
	"crossover/patterns/role/roletest"
)

// platformLaws are those that need to find what a process holds, its children too.
func platformLaws() []Law { return []Law{starvedLaw, murderLaw} }

var murderLaw = Law{
	Name:   "murder-noticed",
	Doc:    "When somebody else kills a worker's process at any moment, before, while or after it is asked to stop, Join returns and says what came first, and another worker can be started.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Variant) error {
		before := roletest.Hold()
		return v.with(ctx, func(t *trial) error {
			for i := range 5 * lawtest.Soak() {
				after := rand.N(2 * time.Millisecond)
				if err := t.murder(before, after, i%2 == 0); err != nil {
					return fmt.Errorf("killed after %v: %w", after, err)
				}
			}
			return nil
		})
	},
}

// murder kills a worker's process from outside at some moment, while it is being
// stopped perhaps.
func (t *trial) murder(before roletest.Holdings, after time.Duration, asked bool) error {
	w, err := t.start(obeys)
	if err != nil {
		return err
	}
	pids := before.NewChildren()
	if len(pids) != 1 {
		return fmt.Errorf("one worker is at work, in processes %v", pids)
	}
	ended := make(chan error, 1)
	go func() {
		time.Sleep(after)
		ended <- syscall.Kill(pids[0], syscall.SIGKILL)
	}()
	time.Sleep(time.Millisecond)
	if asked {
		if err := t.call("Ask", w.Ask); err != nil {
			return err
		}
	}
	end, err := t.join(w)
	if err != nil {
		return err
	}
	if err := <-ended; err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("killing a worker: %w", err)
	}
	if end.Code != killed && !(asked && stopped(end)) {
		return fmt.Errorf("the worker ended with code %d, %v", end.Code, end.Err)
	}
	return errors.Join(sound(end), t.goesOn())
}

// goesOn starts another worker.
func (t *trial) goesOn() error {
	end, err := t.finish(obeys)
	if err == nil && end != (lifecycle.End{}) {
		err = fmt.Errorf("the next worker ended with code %d, %v", end.Code, end.Err)
	}
	return err
}

package lifecycletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
	"crossover/patterns/role"
)

var placeLaw = Law{
	Name:   "place-as-said",
	Doc:    "A worker runs in this process, on a thread of its own or not, or in another, as the table says; a Go program there has the GOMAXPROCS of the options, also in the place of one that was killed.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			if err := t.inPlace(v.As); err != nil || !v.Kills {
				return err
			}
			w, err := t.start(tells)
			if err != nil {
				return err
			}
			if err := t.call("Kill", w.Kill); err != nil {
				return err
			}
			if _, err := t.join(w); err != nil {
				return err
			}
			return t.inPlace(v.As)
		})
	},
}

// inPlace has a worker tell where it is.
func (t *trial) inPlace(as role.As) error {
	end, err := t.finish(tells)
	if err != nil {
		return err
	}
	told := fmt.Sprint(end.Err)
	here := strings.HasPrefix(told, fmt.Sprintf("process %d, locked %t,", os.Getpid(), as == role.Thread))
	there := small(end.Err) || !strings.HasPrefix(told, fmt.Sprintf("process %d,", os.Getpid())) &&
		strings.HasSuffix(told, fmt.Sprintf(", GOMAXPROCS %d", procs))
	if as == role.Process && !there || as != role.Process && !here {
		return fmt.Errorf("the variant runs as %s, GOMAXPROCS of processes is %d, and a worker of process %d said: %s", as, procs, os.Getpid(), told)
	}
	return nil
}

// finish starts a worker, says that its work is over and joins it.
func (t *trial) finish(task *lifecycle.Task) (end lifecycle.End, err error) {
	w, err := t.start(task)
	if err != nil {
		return end, err
	}
	if err := t.call("Finish", w.Finish); err != nil {
		return end, err
	}
	if end, err = t.join(w); err == nil {
		err = sound(end)
	}
	return end, err
}

var aliveLaw = Law{
	Name:   "alive-until-joined",
	Doc:    "A worker is alive from the moment Start returns until Join would, though it was asked to stop and does not heed that, and not after; Done says the same.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			w, err := t.start(obeys)
			if err != nil {
				return err
			}
			if err := t.lives(w, 1); err != nil {
				return err
			}
			if w, err = t.start(deaf); err != nil {
				return err
			}
			for range 2 {
				if err := t.call("Ask", w.Ask); err != nil {
					return err
				}
			}
			return t.lives(w, 20) // longer than who is impatient may wait for it
		})
	},
}

// lives looks, so many times, whether a worker is alive, and finishes it.
func (t *trial) lives(w lifecycle.Worker, looks int) error {
	joined := make(chan bool, 1)
	go func() {
		w.Join()
		joined <- w.Alive()
	}()
	for range looks {
		if !w.Alive() {
			return errors.New("the worker is at work and not alive")
		}
		lawtest.Linger()
		select {
		case <-joined:
			return errors.New("the worker is at work and Join has returned")
		case <-w.Done():
			return errors.New("the worker is at work and Done is closed")
		default:
		}
	}
	if err := t.call("Finish", w.Finish); err != nil {
		return err
	}
	select {
	case alive := <-joined:
		if alive {
			return errors.New("the worker is joined and alive")
		}
	case <-t.ctx.Done():
		return fmt.Errorf("waiting for Join to return: %w", context.Cause(t.ctx))
	}
	select {
	case <-w.Done():
		return nil
	case <-t.ctx.Done():
		return fmt.Errorf("waiting for Done to be closed: %w", context.Cause(t.ctx))
	}
}

// fate is how a worker is to end.
type fate struct {
	name string
	task *lifecycle.Task
	code int
	fits func(Variant, error) bool // the error, beyond the code
}

// ends has workers end in some ways, one after the other on one starter, and again:
// none must change what comes after it.
func (v Variant) ends(ctx context.Context, fates ...fate) error {
	return v.with(ctx, func(t *trial) error {
		for range 2 {
			for _, f := range fates {
				end, err := t.finish(f.task)
				if err != nil {
					return fmt.Errorf("a worker was to %s: %w", f.name, err)
				}
				if end.Code != f.code || !f.fits(v, end.Err) {
					return fmt.Errorf("a worker was to %s and ended with code %d, %T %.200v", f.name, end.Code, end.Err, end.Err)
				}
			}
		}
		return nil
	})
}

var endLaw = Law{
	Name:   "end-reported",
	Doc:    "Whether a worker returned, failed, panicked or called runtime.Goexit reaches Join as its code; a Go worker's error, long or without a text, or panic arrives with it, and nobody else is harmed.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		any := func(Variant, error) bool { return true }
		panicked := func(_ Variant, err error) bool {
			var p *role.PanicError
			return small(err) || errors.As(err, &p) && fmt.Sprint(p.Value) == panicText && strings.Contains(p.Stack, "lifecycletest")
		}
		says := func(text string) func(Variant, error) bool {
			return func(_ Variant, err error) bool { return small(err) || err.Error() == text }
		}
		return v.ends(ctx,
			fate{"return", obeys, 0, any},
			fate{"fail", fails, 1, says(errFailed.Error())},
			fate{"fail without a text", mute, 1, says("")},
			fate{"fail with a long text", wordy, 1, says(errWordy.Error())},
			fate{"panic", panics, 2, panicked},
			fate{"panic with an error", faults, 2, panicked},
			fate{"call runtime.Goexit", goexits, 1, any},
			fate{"return again", obeys, 0, any},
		)
	},
}

// small reports whether an error is that of a program that has no more to say than
// its state.
func small(err error) bool {
	_, ok := err.(interface{ ExitCode() int })
	return ok
}

var crashLaw = Law{
	Name:   "crash-reported",
	Doc:    "A worker that takes its process with it is noticed, with the code it left or the signal that ended it, and another can be started.",
	Excuse: survivesCrash,
	Check: func(ctx context.Context, v Variant) error {
		any := func(Variant, error) bool { return true }
		return v.ends(ctx,
			fate{"exit", exits, exitCode, any},
			fate{"be killed", dies, killed, any},
			fate{"exit in order", leaves, 0, any},
			fate{"return", obeys, 0, any},
		)
	},
}

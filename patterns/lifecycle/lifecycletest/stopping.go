package lifecycletest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
	"crossover/patterns/role/roletest"
)

// long is a grace that nobody needs who stops when asked.
const long = time.Hour

var askLaw = Law{
	Name:   "ask-stops",
	Doc:    "A worker that heeds being asked stops, and its end says that it was in order; of one that does not and fails later it says that.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			for range 3 {
				w, err := t.start(obeys)
				if err != nil {
					return err
				}
				lawtest.Linger()
				if err := t.stops(w); err != nil {
					return err
				}
			}
			w, err := t.start(stubborn)
			if err != nil {
				return err
			}
			if err := t.call("Ask", w.Ask); err != nil {
				return err
			}
			if err := t.call("Finish", w.Finish); err != nil {
				return err
			}
			end, err := t.join(w)
			if err == nil && end.Code != 1 {
				err = fmt.Errorf("a worker was asked to stop, failed later and ended with code %d, %v", end.Code, end.Err)
			}
			return err
		})
	},
}

func (t *trial) stops(w lifecycle.Worker) error {
	end, err := t.stop(w, long)
	if err != nil {
		return err
	}
	if !stopped(end) {
		return fmt.Errorf("a worker was asked to stop and ended with code %d, %v", end.Code, end.Err)
	}
	return sound(end)
}

var promptLaw = Law{
	Name:   "ask-at-once",
	Doc:    "What a worker is asked as soon as Start has returned reaches it.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			for range 10 {
				w, err := t.start(obeys)
				if err != nil {
					return err
				}
				if err := t.stops(w); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

var repeatLaw = Law{
	Name:   "endings-repeat",
	Doc:    "A worker may be asked, finished, killed and joined by several at once, and when it has ended; all are told the same end, and the next worker is not affected.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			ended, err := t.start(obeys)
			if err != nil {
				return err
			}
			end, err := crowd(func() (lifecycle.End, error) {
				end, err := t.stop(ended, long)
				return end, errors.Join(err, t.call("Ask", ended.Ask), t.call("Finish", ended.Finish), t.call("Kill", ended.Kill))
			})
			if err != nil {
				return fmt.Errorf("stopped by many: %w", err)
			}
			if !stopped(end) {
				return fmt.Errorf("stopped by many, the worker ended with code %d, %v", end.Code, end.Err)
			}
			failed, err := t.start(fails)
			if err != nil {
				return err
			}
			_, err = crowd(func() (end lifecycle.End, err error) {
				if err = t.call("Finish", failed.Finish); err == nil {
					end, err = t.join(failed)
				}
				return end, err
			})
			if err != nil {
				return fmt.Errorf("finished by many: %w", err)
			}
			next, err := t.start(fails) // where the last one ran, perhaps
			if err != nil {
				return err
			}
			for _, w := range []lifecycle.Worker{ended, failed} {
				for name, again := range map[string]func() error{
					"Ask": w.Ask, "Finish": w.Finish, "Kill": w.Kill,
					"Stop": func() error { _, err := t.stop(w, 0); return err },
				} {
					if err := t.call(name, again); err != nil {
						return fmt.Errorf("%s on a worker that has ended: %w", name, err)
					}
				}
			}
			lawtest.Linger()
			if !next.Alive() {
				return errors.New("what was asked of a worker that has ended reached the next")
			}
			return t.stops(next)
		})
	},
}

// crowd has many end a worker and join it at once, and one more when it has ended. It
// returns the end that all were told.
func crowd(join func() (lifecycle.End, error)) (end lifecycle.End, err error) {
	var mu sync.Mutex
	var errs []error
	told := map[string]bool{}
	member := func() {
		var e lifecycle.End
		err := lawtest.Attempt(func() (err error) {
			e, err = join()
			return err
		})
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
		told[fmt.Sprintf("code %d, %v", e.Code, e.Err)] = true
		end = e
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(member)
	}
	all.Wait()
	member()
	if len(told) != 1 {
		errs = append(errs, fmt.Errorf("not all were told the same end: %q", slices.Sorted(maps.Keys(told))))
	}
	return end, errors.Join(errs...)
}

var separateLaw = Law{
	Name:   "workers-separate",
	Doc:    "Several workers run at once, and what ends one leaves the others alone.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			var workers [4]lifecycle.Worker
			for i := range workers {
				task := obeys
				if i == 1 {
					task = panics
				}
				var err error
				if workers[i], err = t.start(task); err != nil {
					return err
				}
			}
			if err := t.stops(workers[0]); err != nil {
				return err
			}
			if err := t.call("Finish", workers[1].Finish); err != nil {
				return err
			}
			if _, err := t.join(workers[1]); err != nil {
				return err
			}
			lawtest.Linger()
			for _, w := range workers[2:] {
				if !w.Alive() {
					return errors.New("a worker has ended and nobody asked it")
				}
				if err := t.stops(w); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

var killLaw = Law{
	Name:   "kill-ends",
	Doc:    "Kill ends a worker that does not stop when asked, and one that was not asked, and its end says that it was killed; it may be asked all the same.",
	Excuse: killable,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			w, err := t.start(deaf)
			if err != nil {
				return err
			}
			if err := t.call("Ask", w.Ask); err != nil {
				return err
			}
			lawtest.Linger()
			if !w.Alive() {
				return errors.New("a worker that does not heed being asked has stopped")
			}
			if err := t.kills(w); err != nil {
				return err
			}
			if w, err = t.start(deaf); err != nil {
				return err
			}
			if err := t.kills(w); err != nil {
				return fmt.Errorf("not asked before: %w", err)
			}
			return nil
		})
	},
}

func (t *trial) kills(w lifecycle.Worker) error {
	if err := t.call("Kill", w.Kill); err != nil {
		return err
	}
	if err := t.call("Ask", w.Ask); err != nil {
		return fmt.Errorf("asking a worker that was killed: %w", err)
	}
	end, err := t.join(w)
	if err != nil {
		return err
	}
	if end.Code != killed {
		return fmt.Errorf("a worker was killed and ended with code %d, %v", end.Code, end.Err)
	}
	return sound(end)
}

var graceLaw = Law{
	Name:   "grace-then-kill",
	Doc:    "Stop kills a worker that has not stopped after the grace period, and another can be started.",
	Excuse: killable,
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			for range 2 {
				w, err := t.start(deaf)
				if err != nil {
					return err
				}
				end, err := t.stop(w, time.Millisecond)
				if err != nil {
					return err
				}
				if end.Code != killed {
					return fmt.Errorf("a worker did not stop in time and ended with code %d, %v", end.Code, end.Err)
				}
			}
			return nil
		})
	},
}

var unstoppableLaw = Law{
	Name: "unstoppable-said",
	Doc:  "Of a worker that can neither be made to stop nor killed, Stop says so with errors.ErrUnsupported after the grace period; it goes on until its work is over.",
	Excuse: func(v Variant) string {
		if v.Kills {
			return "can be killed"
		}
		return ""
	},
	Check: func(ctx context.Context, v Variant) error {
		return v.with(ctx, func(t *trial) error {
			w, err := t.start(deaf)
			if err != nil {
				return err
			}
			for range 2 {
				if _, err := t.stop(w, time.Millisecond); !errors.Is(err, errors.ErrUnsupported) {
					return fmt.Errorf("a worker that nothing stops was said to have stopped: %v", err)
				}
			}
			if !w.Alive() {
				return errors.New("a worker that nothing stops is not alive")
			}
			if err := t.call("Finish", w.Finish); err != nil {
				return err
			}
			end, err := t.join(w)
			if err == nil && end.Code != 0 {
				err = fmt.Errorf("a worker returned and ended with code %d, %v", end.Code, end.Err)
			}
			return err
		})
	},
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "When all workers are joined and the starter is closed, there is no goroutine, process or descriptor left over, of a worker that could not be started either.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		tasks := []*lifecycle.Task{obeys, fails, panics}
		if v.Kills {
			tasks = append(tasks, exits)
		}
		return roletest.LeavesNothing(ctx, func() error {
			return v.with(ctx, func(t *trial) error {
				for _, task := range tasks {
					if _, err := t.finish(task); err != nil {
						return err
					}
				}
				var w lifecycle.Worker
				err := roletest.Stillborn(func() (err error) { w, err = t.start(stillborn); return err })
				if err == nil {
					_, err = t.join(w)
				}
				if ctx.Err() != nil {
					return err
				}
				if w, err = t.start(obeys); err != nil {
					return err
				}
				if err := t.stops(w); err != nil || !v.Kills {
					return err
				}
				if w, err = t.start(deaf); err == nil {
					_, err = t.stop(w, 0)
				}
				return err
			})
		})
	},
}

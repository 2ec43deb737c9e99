package daemontest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"crossover/patterns"
	"crossover/patterns/daemon"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// with starts a worker, examines it, and stops it.
func (s Subject) with(ctx context.Context, o daemon.Options, examine func(daemon.Daemon, *watch) error) error {
	w, files, err := newWatch(ctx)
	if err != nil {
		return err
	}
	if o.Files = files; o.Every == 0 {
		o.Every = rhythm
	}
	d, err := s.Start(work, o)
	if err != nil {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
		return errors.Join(err, w.close())
	}
	err = examine(d, w)
	closed := make(chan error, 1)
	go func() { closed <- w.close() }() // lets a beat in hand end, so that the worker can be stopped
	d.Stop()
	d.Leave()
	return errors.Join(err, <-closed)
}

// end is what a Stop returned.
type end struct {
	report daemon.Report
	err    error
}

// stop calls Stop and does not wait for it.
func stop(d daemon.Daemon) <-chan end {
	c := make(chan end, 1)
	go func() {
		var e end
		e.err = lawtest.Attempt(func() (err error) {
			e.report, err = d.Stop()
			return err
		})
		c <- e
	}()
	return c
}

// await receives, unless ctx ends.
func await[T any](ctx context.Context, what string, c <-chan T) (v T, err error) {
	select {
	case v = <-c:
		return v, nil
	case <-ctx.Done():
		return v, fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
	}
}

// counted checks a worker's report.
func counted(e end, beats int) error {
	switch {
	case e.err != nil:
		return fmt.Errorf("a Stop returned %w", e.err)
	case e.report.Out != beats:
		return fmt.Errorf("%d beats were done and %d reported", beats, e.report.Out)
	case beats > 0 && !e.report.Start.Before(e.report.End):
		return fmt.Errorf("%d beats are reported from %v to %v", beats, e.report.Start, e.report.End)
	}
	return nil
}

var beatsLaw = Law{
	Name:   "beats-counted",
	Doc:    "A worker beats until it is stopped and then no more, and its report counts the beats and says when they were.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return s.with(ctx, daemon.Options{Every: rhythm / 10}, func(d daemon.Daemon, w *watch) error {
			const many = 50
			if err := w.beats(many); err != nil {
				return err
			}
			if _, err := w.expect(begun); err != nil {
				return err
			}
			stopped := stop(d)
			beats, err := w.toTheEnd()
			if err != nil {
				return err
			}
			e, err := await(ctx, "Stop to return", stopped)
			if err != nil {
				return err
			}
			return counted(e, many+beats)
		})
	},
}

var paceLaw = Law{
	Name:   "beats-paced",
	Doc:    "Beats come no faster than Options.Every asks for.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		const every, beats = 10 * time.Millisecond, 5
		start := time.Now()
		return s.with(ctx, daemon.Options{Every: every}, func(d daemon.Daemon, w *watch) error {
			if err := w.beats(beats); err != nil {
				return err
			}
			// One that comes late may be close to the next: only of all can be said how long
			// they take, and only that it is not less.
			if took := time.Since(start); took < (beats-1)*every {
				return fmt.Errorf("%d beats, one each %v, took %v", beats, every, took)
			}
			return nil
		})
	},
}

var endsLaw = Law{
	Name:   "ends-by-itself",
	Doc:    "A worker with a number of beats ends after them without being stopped, and Done says so, not sooner.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return s.with(ctx, daemon.Options{Beats: 3}, func(d daemon.Daemon, w *watch) error {
			if _, err := w.expect(begun); err != nil {
				return err
			}
			select {
			case <-d.Done():
				return errors.New("the worker is at work and Done is closed")
			default:
			}
			beats, err := w.toTheEnd()
			if err != nil {
				return err
			}
			if _, err := await(ctx, "Done to be closed", d.Done()); err != nil {
				return err
			}
			e, err := await(ctx, "Stop to return", stop(d))
			if err == nil && beats != 3 {
				err = fmt.Errorf("the worker ended after %d beats, want 3", beats)
			}
			return errors.Join(err, counted(e, 3))
		})
	},
}

var failureLaw = Law{
	Name:   "failure-reported",
	Doc:    "A beat that fails, panics, with an error or another value, or calls runtime.Goexit ends the worker and nothing else, and Stop returns the error.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		failed := func(err error) bool { return err.Error() == errFailed.Error() }
		panicked := func(err error) bool {
			var p *role.PanicError
			return errors.As(err, &p) && fmt.Sprint(p.Value) == panicText
		}
		left := func(err error) bool { return strings.Contains(err.Error(), "runtime.Goexit") }
		return errors.Join(
			s.fails(ctx, "fail", toFail, failed),
			s.fails(ctx, "panic", toPanic, panicked),
			s.fails(ctx, "panic with an error", toFault, panicked),
			s.fails(ctx, "call runtime.Goexit", toLeave, left),
		)
	},
}

var crashLaw = Law{
	Name: "crash-reported",
	Doc:  "A beat that takes its process with it ends the worker and not main, and Stop returns a *role.ExitError.",
	Excuse: func(s Subject) string {
		if s.Survives != patterns.SurvivesCrash {
			return "does not survive a crash"
		}
		return ""
	},
	Check: func(ctx context.Context, s Subject) error {
		return s.fails(ctx, "exit", toExit, func(err error) bool {
			var e *role.ExitError
			return errors.As(err, &e) && e.State.ExitCode() == exitCode
		})
	},
}

// fails orders a beat to fail in some way and looks at what Stop makes of it.
func (s Subject) fails(ctx context.Context, how string, order byte, fits func(error) bool) error {
	return s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
		if _, err := w.expect(begun); err != nil {
			return err
		}
		if err := w.order(order); err != nil {
			return err
		}
		if _, err := w.expect(""); err != nil {
			return err
		}
		if _, err := await(ctx, "Done to be closed", d.Done()); err != nil {
			return err
		}
		e, err := await(ctx, "Stop to return", stop(d))
		if err == nil && (e.err == nil || !fits(e.err)) {
			err = fmt.Errorf("a beat was to %s and Stop returned %T %w", how, e.err, e.err)
		}
		return err
	})
}

var drainLaw = Law{
	Name:   "stop-drains",
	Doc:    "Stop waits until the work in hand is completed, and Done says that the worker has ended no sooner.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
			if _, err := w.expect(begun); err != nil {
				return err
			}
			stopped := stop(d)
			lawtest.Linger()
			select {
			case e := <-stopped:
				return fmt.Errorf("a Stop returned %v with a beat in hand", e.err)
			case <-d.Done():
				return errors.New("with a beat in hand Done is closed")
			default:
			}
			if _, err := w.toTheEnd(); err != nil {
				return err
			}
			e, err := await(ctx, "Stop to return", stopped)
			return errors.Join(err, e.err)
		})
	},
}

var promptLaw = Law{
	Name:   "stop-at-once",
	Doc:    "A worker that is stopped as soon as it is started ends well, with no beat or with whole ones.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		for range 4 {
			err := s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
				stopped := stop(d)
				beats := 0
				for what := begun; what != ""; {
					var err error
					if what, _, err = w.next(); err != nil {
						return err
					}
					switch what {
					case begun:
						err = w.order(toEnd)
					case ended:
						beats++
					}
					if err != nil {
						return err
					}
				}
				e, err := await(ctx, "Stop to return", stopped)
				if err != nil {
					return err
				}
				return counted(e, beats)
			})
			if err != nil {
				return err
			}
		}
		return nil
	},
}

var repeatLaw = Law{
	Name:   "stop-repeats",
	Doc:    "Stop may be called by several at once and again later, and returns the same to all.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
			if _, err := w.expect(begun); err != nil {
				return err
			}
			var mu sync.Mutex
			var ends []end
			var crowd sync.WaitGroup
			for range 4 {
				crowd.Go(func() {
					e := <-stop(d)
					mu.Lock()
					defer mu.Unlock()
					ends = append(ends, e)
				})
			}
			beats, err := w.toTheEnd()
			if err != nil {
				return err
			}
			crowd.Wait()
			again, err := await(ctx, "the last Stop to return", stop(d))
			if err != nil {
				return err
			}
			for _, e := range append(ends, again) {
				if err := counted(e, beats); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

var deadlineLaw = Law{
	Name: "deadline-kept",
	Doc:  "Leave gives up with ErrDeadline when the work in hand does not end in time, and returns nil when it does.",
	Excuse: func(s Subject) string {
		if !s.Deadline {
			return "knows no deadline"
		}
		return ""
	},
	Check: func(ctx context.Context, s Subject) error {
		leave := func(patience time.Duration, drain func(*watch) error) error {
			return s.with(ctx, daemon.Options{Patience: patience, Beats: 3}, func(d daemon.Daemon, w *watch) error {
				if _, err := w.expect(begun); err != nil {
					return err
				}
				left := make(chan error, 1)
				go func() { left <- d.Leave() }()
				if err := drain(w); err != nil {
					return err
				}
				err, late := await(ctx, "Leave to return", left)
				return errors.Join(late, err)
			})
		}
		if err := leave(time.Millisecond, func(*watch) error { return nil }); !errors.Is(err, daemon.ErrDeadline) {
			return fmt.Errorf("with a beat that does not end Leave returned %w", orNil(err))
		}
		err := leave(time.Hour, func(w *watch) error {
			_, err := w.toTheEnd()
			return err
		})
		if err != nil {
			return fmt.Errorf("with a beat that ends: %w", err)
		}
		return nil
	},
}

var errNil = errors.New("no error")

func orNil(err error) error {
	if err == nil {
		return errNil
	}
	return err
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "When Stop returns the worker is gone: there is no goroutine, process or descriptor left over.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return roletest.LeavesNothing(ctx, func() error {
			before := roletest.Hold()
			return s.with(ctx, daemon.Options{Beats: 1}, func(d daemon.Daemon, w *watch) error {
				if _, err := w.expect(begun); err != nil {
					return err
				}
				stopped := stop(d)
				if _, err := w.toTheEnd(); err != nil {
					return err
				}
				if _, err := await(ctx, "Stop to return", stopped); err != nil {
					return err
				}
				if left := before.NewChildren(); len(left) > 0 {
					return fmt.Errorf("processes %v left when Stop returned", left)
				}
				return nil
			})
		})
	},
}

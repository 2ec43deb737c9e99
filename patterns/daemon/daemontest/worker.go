package daemontest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"crossover/patterns"
	"crossover/patterns/daemon"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// with starts a worker, examines it, and stops it. The thread that starts it then ends: no
// worker is to need it.
func (s Subject) with(ctx context.Context, o daemon.Options, examine func(daemon.Daemon, *watch) error) error {
	w, files, err := newWatch(ctx)
	if err != nil {
		return err
	}
	if o.Files = files; o.Every == 0 {
		o.Every = rhythm
	}
	if o.Patience == 0 {
		o.Patience = time.Millisecond // which is not Stop's
	}
	d, err := lawtest.AwaitResult(ctx, "waiting for Start to return", func() (daemon.Daemon, error) {
		runtime.LockOSThread() // and never unlocked
		return s.start(o)
	})
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

// endThreads has more goroutines end with their threads than there are threads that idle.
func endThreads() {
	var all, ready sync.WaitGroup
	ready.Add(16)
	for range 16 {
		all.Go(func() {
			runtime.LockOSThread() // and never unlocked
			ready.Done()
			ready.Wait() // or one thread might do for several
		})
	}
	all.Wait()
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

// leave calls Leave and does not wait for it.
func leave(d daemon.Daemon) <-chan error {
	c := make(chan error, 1)
	go func() { c <- lawtest.Attempt(d.Leave) }()
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
	case beats > 0 && (e.report.Start.IsZero() || e.report.End.Before(e.report.Start)):
		return fmt.Errorf("%d beats are reported from %v to %v", beats, e.report.Start, e.report.End)
	}
	return nil
}

var placeLaw = Law{
	Name:   "place-as-said",
	Doc:    "A worker beats as asked: in this process, on a thread of its own or not, or in another, and there with the GOMAXPROCS of the options. An execution that the variant has not is refused.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		const procs = 3 // hardly what a process would have unasked
		var o daemon.Options
		if s.As == role.Process {
			o.GOMAXPROCS = procs
		}
		err := s.with(ctx, o, func(_ daemon.Daemon, w *watch) error {
			at, err := w.expect(begun)
			if err != nil {
				return err
			}
			here := place{os.Getpid(), s.As == role.Thread, runtime.GOMAXPROCS(0)}
			fits := at == here
			if s.As == role.Process {
				fits = at.pid != here.pid && at.procs == procs
			}
			if !fits {
				return fmt.Errorf("the variant runs as %s, GOMAXPROCS of processes is %d, and a beat of process %d was done at %+v", s.As, procs, here.pid, at)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, as := range []role.As{role.Goroutine, role.Thread, role.Process} {
			if slices.Contains(s.Executions, as) {
				continue
			}
			if d, err := s.Start(work, daemon.Options{As: as, Every: rhythm, Beats: 1}); err == nil {
				d.Stop()
				return fmt.Errorf("a worker as %s was accepted", as)
			}
		}
		return nil
	},
}

var beatsLaw = Law{
	Name:   "beats-counted",
	Doc:    "A worker beats until it is stopped and then no more, whatever threads of main end, and its report counts the beats and says when they were.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		return s.with(ctx, daemon.Options{Every: rhythm / 10}, func(d daemon.Daemon, w *watch) error {
			endThreads()
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
			gone := time.Now()
			e, err := await(ctx, "Stop to return", stop(d))
			if err != nil {
				return err
			}
			if beats != 3 {
				return fmt.Errorf("the worker ended after %d beats, want 3", beats)
			}
			if e.report.End.After(gone) {
				return fmt.Errorf("the worker was gone %v before it ended, by its report", e.report.End.Sub(gone))
			}
			return counted(e, 3)
		})
	},
}

var failureLaw = Law{
	Name:   "failure-reported",
	Doc:    "A beat that fails, panics, with an error or another value, or calls runtime.Goexit ends the worker and nothing else, and Stop returns the error, again too, and so does a Leave that waits for the worker; with a beat's own the beats before are reported.",
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
		ended := func(code int) func(error) bool {
			return func(err error) bool {
				var e *role.ExitError
				return errors.As(err, &e) && e.State.ExitCode() == code
			}
		}
		return errors.Join(
			s.fails(ctx, "exit", toExit, ended(exitCode)),
			s.fails(ctx, "kill its process", toDie, ended(-1)),
		)
	},
}

// fails orders the third beat to fail in some way and looks at what Stop makes of it.
func (s Subject) fails(ctx context.Context, how string, order byte, fits func(error) bool) error {
	return s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
		if err := w.beats(2); err != nil {
			return err
		}
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
		for range 2 {
			e, err := await(ctx, "Stop to return", stop(d))
			if err != nil {
				return err
			}
			if e.err == nil || !fits(e.err) {
				return fmt.Errorf("a beat was to %s and Stop returned %T %w", how, e.err, orNil(e.err))
			}
			if s.Ends[daemon.Return] == daemon.Finishes || s.Deadline {
				left, err := await(ctx, "Leave to return", leave(d))
				if err != nil {
					return err
				}
				if left == nil || !fits(left) {
					return fmt.Errorf("a beat was to %s and Leave returned %T %w", how, left, orNil(left))
				}
			}
			if order == toFail && e.report.Out != 2 {
				return fmt.Errorf("2 beats were done, the third failed, and %d are reported", e.report.Out)
			}
		}
		return nil
	})
}

var drainLaw = Law{
	Name:   "stop-drains",
	Doc:    "Stop waits until the work in hand is completed, Done says that the worker has ended no sooner, and no other work is begun.",
	Excuse: binds,
	Check: func(ctx context.Context, s Subject) error {
		// Whoever forgets to look first whether to end goes on every other time. On a busy
		// machine it may be asked to end late, and then is given longer: only who goes on
		// however long ago it was asked is wrong.
		rounds := 2
		for _, pause := range []time.Duration{0, 50 * time.Millisecond, time.Second} {
			more := 0
			for round := 0; round < rounds && more == 0; round++ {
				var err error
				if more, err = s.drains(ctx, pause); err != nil {
					return err
				}
			}
			if more == 0 {
				return nil
			}
			rounds = 8
		}
		return errors.New("a worker has begun another beat after it was asked to end")
	},
}

// drains stops a worker that has a beat in hand, and counts those that it begins later.
func (s Subject) drains(ctx context.Context, pause time.Duration) (more int, err error) {
	err = s.with(ctx, daemon.Options{}, func(d daemon.Daemon, w *watch) error {
		if _, err := w.expect(begun); err != nil {
			return err
		}
		stopped := stop(d)
		lawtest.Linger()
		time.Sleep(pause)
		select {
		case e := <-stopped:
			return fmt.Errorf("a Stop returned %v with a beat in hand", e.err)
		case <-d.Done():
			return errors.New("with a beat in hand Done is closed")
		default:
		}
		beats, err := w.toTheEnd()
		if err != nil {
			return err
		}
		more = beats - 1
		e, err := await(ctx, "Stop to return", stopped)
		return errors.Join(err, e.err)
	})
	return more, err
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
		leaves := func(patience time.Duration, drain func(*watch) error) error {
			return s.with(ctx, daemon.Options{Patience: patience, Beats: 3}, func(d daemon.Daemon, w *watch) error {
				if _, err := w.expect(begun); err != nil {
					return err
				}
				left := leave(d)
				if err := drain(w); err != nil {
					return err
				}
				err, late := await(ctx, "Leave to return", left)
				return errors.Join(late, err)
			})
		}
		if err := leaves(time.Millisecond, func(*watch) error { return nil }); !errors.Is(err, daemon.ErrDeadline) {
			return fmt.Errorf("with a beat that does not end Leave returned %w", orNil(err))
		}
		err := leaves(time.Hour, func(w *watch) error {
			_, err := w.toTheEnd()
			return err
		})
		if err != nil {
			return fmt.Errorf("with a beat that ends: %w", err)
		}
		if err := s.leavesLate(ctx); err != nil {
			return err
		}
		for range 8 { // a coin may be tossed
			if err := s.leavesNobody(ctx); err != nil {
				return fmt.Errorf("with a worker that has ended: %w", err)
			}
		}
		return nil
	},
}

// leavesNobody is a Leave that has no time, and needs none.
func (s Subject) leavesNobody(ctx context.Context) error {
	return s.with(ctx, daemon.Options{Patience: 1, Beats: 1}, func(d daemon.Daemon, w *watch) error {
		if err := w.beats(1); err != nil {
			return err
		}
		if _, err := await(ctx, "Done to be closed", d.Done()); err != nil {
			return err
		}
		return lawtest.Await(ctx, "waiting for Leave to return", d.Leave)
	})
}

// leavesLate is a Leave that comes when a deadline that began with the worker would have
// passed. There is no beat in hand; on a busy machine the worker may need longer to end,
// so that only what happens in whatever time it has is wrong.
func (s Subject) leavesLate(ctx context.Context) (err error) {
	for _, patience := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond, time.Second} {
		err = s.with(ctx, daemon.Options{Patience: patience, Every: time.Hour}, func(d daemon.Daemon, _ *watch) error {
			time.Sleep(patience)
			return lawtest.Await(ctx, "waiting for Leave to return", d.Leave)
		})
		if !errors.Is(err, daemon.ErrDeadline) {
			return err
		}
	}
	return fmt.Errorf("with no beat in hand, and all its patience: %w", err)
}

var errNil = errors.New("no error")

func orNil(err error) error {
	if err == nil {
		return errNil
	}
	return err
}

var refusedLaw = Law{
	Name: "start-all-or-nothing",
	Doc:  "A worker that cannot be started, or dies before it is at work, leaves nothing behind, and the files to the caller.",
	Excuse: func(s Subject) string {
		if s.As != role.Process {
			return "needs no process"
		}
		return ""
	},
	Check: func(ctx context.Context, s Subject) error {
		return roletest.LeavesNothing(ctx, func() error {
			null, err := os.Open(os.DevNull)
			if err != nil {
				return err
			}
			closed, err := os.Open(os.DevNull)
			if err == nil {
				err = closed.Close()
			}
			err = errors.Join(err, s.refused(ctx, "with a file that is closed", []*os.File{null, closed}))
			err = errors.Join(err, roletest.Stillborn(func() error {
				return s.refused(ctx, "with a process that dies at once", []*os.File{null})
			}))
			return errors.Join(err, null.Close()) // it is the caller's
		})
	},
}

// refused wants Start to say that there is no worker.
func (s Subject) refused(ctx context.Context, how string, files []*os.File) error {
	d, err := lawtest.AwaitResult(ctx, "waiting for Start to return", func() (daemon.Daemon, error) {
		return s.start(daemon.Options{Every: rhythm, Beats: 1, Files: files})
	})
	if err == nil {
		d.Stop()
		return fmt.Errorf("%s Start returned no error", how)
	}
	return context.Cause(ctx)
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

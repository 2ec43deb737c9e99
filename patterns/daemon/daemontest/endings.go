package daemontest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"crossover/patterns/daemon"
	"crossover/patterns/lawtest"
)

// patience is for a Leave with a deadline: more than a law takes.
const patience = time.Minute

var endingDocs = map[daemon.Ending]string{
	daemon.Return:  "When main returns its worker ends as the table says.",
	daemon.Exit:    "When main calls os.Exit its worker ends as the table says.",
	daemon.Panic:   "When main panics its worker ends as the table says.",
	daemon.SIGTERM: "When main's process gets SIGTERM, and another while it leaves, its worker ends as the table says.",
	daemon.SIGKILL: "When main's process is killed, at whatever moment, its worker ends as the table says.",
}

// endingLaw is about one column of the truth table.
func endingLaw(e daemon.Ending) Law {
	return Law{
		Name:   "main-" + string(e),
		Doc:    endingDocs[e],
		Excuse: needsProcesses,
		Check: func(ctx context.Context, s Subject) error {
			if err := s.ending(ctx, e); err != nil {
				return err
			}
			if e != daemon.SIGKILL {
				return nil
			}
			for range 3 * lawtest.Soak() {
				after := rand.N(20 * time.Millisecond)
				if err := s.killed(ctx, after); err != nil {
					return fmt.Errorf("killed after %v: %w", after, err)
				}
			}
			return nil
		},
	}
}

// ending ends a main whose worker has a beat in hand.
func (s Subject) ending(ctx context.Context, e daemon.Ending) error {
	outcome := s.Ends[e]
	beats := 0
	if outcome == daemon.Finishes {
		beats = 3
	}
	m, w, err := s.startMain(ctx, mainJob{Ending: e, Beats: beats})
	if err != nil {
		return err
	}
	err = func() error {
		if _, err := w.expect(begun); err != nil {
			return err
		}
		if err := m.end(); err != nil {
			return err
		}
		if err := s.comes(outcome, m, w); err != nil {
			return fmt.Errorf("to be seen: %s; %w", outcome, err)
		}
		return nil
	}()
	return errors.Join(err, m.close(), w.close())
}

// comes checks that an outcome comes about, for a main that was just told to end.
func (s Subject) comes(o daemon.Outcome, m *mainProcess, w *watch) error {
	if o == daemon.Cut {
		if _, err := w.expect(""); err != nil {
			return err
		}
		return m.died()
	}

	dead, err := m.left()
	if err != nil {
		return err
	}
	if o == daemon.Survives && !dead {
		if err := m.died(); err != nil {
			return err
		}
	}
	lawtest.Linger()
	if m.ending == daemon.SIGTERM && !dead { // a second must not undo what is made of the first
		if err := m.end(); err != nil {
			return err
		}
		lawtest.Linger()
	}
	switch o {
	case daemon.Drains:
		if _, err := w.toTheEnd(); err != nil {
			return err
		}
		return m.died()
	case daemon.Finishes:
		select {
		case <-m.said:
			return errors.New("main did not wait")
		default:
		}
		beats, err := w.toTheEnd()
		if err == nil && beats != 3 {
			err = fmt.Errorf("the worker has done %d beats, want all 3", beats)
		}
		return errors.Join(err, m.died())
	case daemon.Survives:
		if err := w.order(toEnd); err != nil {
			return err
		}
		if _, err := w.expect(ended); err != nil {
			return err
		}
		at, err := w.expect(begun)
		if err != nil {
			return err
		}
		return errors.Join(kill(at.pid), second(w.expect("")))
	}
	return fmt.Errorf("the table knows no outcome %q", o)
}

func second[T any](_ T, err error) error { return err }

func kill(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer p.Release()
	if err := p.Kill(); err != nil {
		return fmt.Errorf("killing worker %d: %w", pid, err)
	}
	return nil
}

var releaseLaw = Law{
	Name: "stop-releases",
	Doc:  "When main has stopped its worker, or asked what became of one that had failed, SIGTERM ends it as it does a main without one. A Leave that did not give up releases the signal too, which closes Quit, when the worker has ended.",
	Excuse: func(s Subject) string {
		if s.Ends[daemon.SIGTERM] == s.Ends[daemon.SIGKILL] {
			return "catches no signal"
		}
		return needsProcesses(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		if err := s.releases(ctx, false); err != nil {
			return err
		}
		if err := s.releases(ctx, true); err != nil {
			return fmt.Errorf("of a worker that has failed: %w", err)
		}
		return s.leaveReleases(ctx)
	},
}

// leaveReleases has main leave, whose worker idles.
func (s Subject) leaveReleases(ctx context.Context) error {
	return s.with(ctx, daemon.Options{Every: time.Hour, Patience: patience}, func(d daemon.Daemon, _ *watch) error {
		select {
		case <-d.Quit():
			return errors.New("nobody has asked main to end and Quit is closed")
		default:
		}
		left, err := await(ctx, "Leave to return", leave(d))
		if err = errors.Join(err, left); err != nil {
			return err
		}
		select {
		case <-d.Done():
		default:
			return errors.New("the worker had not ended when Leave returned")
		}
		if _, err := await(ctx, "Quit to be closed", d.Quit()); err != nil {
			return fmt.Errorf("when main has left: %w", err)
		}
		return nil
	})
}

// releases has a main stop its worker, which fails before that or not, and ends main.
func (s Subject) releases(ctx context.Context, fails bool) error {
	m, w, err := s.startMain(ctx, mainJob{Ending: daemon.SIGTERM, Stops: true, Fails: fails})
	if err != nil {
		return err
	}
	err = func() error {
		if _, err := w.expect(begun); err != nil {
			return err
		}
		if err := m.order(); err != nil {
			return err
		}
		lawtest.Linger()
		if fails {
			err = errors.Join(w.order(toFail), second(w.expect("")))
		} else {
			_, err = w.toTheEnd()
		}
		if err != nil {
			return err
		}
		switch dead, err := m.left(); {
		case err != nil:
			return err
		case dead:
			return errors.New("main was to stop its worker, and is dead")
		}
		if err := m.end(); err != nil {
			return err
		}
		return m.died()
	}()
	return errors.Join(err, m.close(), w.close())
}

// killed kills a main at some moment, before it has a worker perhaps. A worker
// that is to be cut has to go; one that is not is let go of, and goes then.
func (s Subject) killed(ctx context.Context, after time.Duration) error {
	m, w, err := s.startMain(ctx, mainJob{Ending: daemon.SIGKILL})
	if err != nil {
		return err
	}
	err = func() error {
		time.Sleep(after)
		if err := m.end(); err != nil {
			return err
		}
		if err := m.died(); err != nil || s.Ends[daemon.SIGKILL] != daemon.Cut {
			return err
		}
		for {
			if what, _, err := w.next(); err != nil || what == "" {
				return err
			}
		}
	}()
	return errors.Join(err, m.close(), w.close())
}

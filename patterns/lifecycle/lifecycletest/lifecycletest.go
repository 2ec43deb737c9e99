// Package lifecycletest holds the laws of package lifecycle as data, callable on
// any implementation.
//
// A test of variants is one line, and a TestMain so that their workers can be
// processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { lifecycletest.Run(t, lifecycle.Variants()) }
package lifecycletest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
)

// Variant is what a law is about.
type Variant struct{ lifecycle.Variant }

func (v Variant) String() string { return v.Name }

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Variant]

// Laws returns all laws of this platform, the elementary ones first.
func Laws() []Law {
	return append([]Law{
		placeLaw, aliveLaw, endLaw, crashLaw,
		askLaw, promptLaw, repeatLaw, separateLaw,
		killLaw, graceLaw, unstoppableLaw,
		leftoverLaw,
	}, platformLaws()...)
}

// Subjects is every variant.
func Subjects(variants []lifecycle.Variant) (subjects []Variant) {
	for _, v := range variants {
		subjects = append(subjects, Variant{v})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []lifecycle.Variant) { lawtest.Run(t, Laws(), Subjects(variants)) }

// binds is the excuse of a law that has none.
func binds(Variant) string { return "" }

// killable is the excuse of a law about ending a worker without its consent.
func killable(v Variant) string {
	if !v.Kills {
		return "cannot be killed"
	}
	return ""
}

// survivesCrash is the excuse of a law about workers that take their process along.
func survivesCrash(v Variant) string {
	if v.Survives != patterns.SurvivesCrash {
		return "does not survive a crash"
	}
	return ""
}

// procs is the GOMAXPROCS of workers that are processes: hardly what they would have
// unasked.
const procs = 3

// with makes a starter, examines it and closes it.
func (v Variant) with(ctx context.Context, examine func(*trial) error) error {
	t := &trial{ctx: ctx, starter: v.New(lifecycle.Options{GOMAXPROCS: procs})}
	err := examine(t)
	if err != nil { // some may still be at work
		for _, w := range t.workers {
			err = errors.Join(err, letGo(w))
		}
	}
	if ctx.Err() != nil {
		return err // somebody may still be inside
	}
	if closing := t.starter.Close(); closing != nil {
		err = errors.Join(err, fmt.Errorf("closing the starter: %w", closing))
	}
	return err
}

// trial is a starter under examination. Whatever it waits for, it stops waiting
// when ctx ends.
type trial struct {
	ctx     context.Context
	starter lifecycle.Starter
	workers []lifecycle.Worker
}

func (t *trial) start(task *lifecycle.Task) (lifecycle.Worker, error) {
	w, err := lawtest.AwaitResult(t.ctx, returning("Start"), func() (lifecycle.Worker, error) {
		w, err := t.starter.Start(task)
		if err == nil && t.ctx.Err() != nil { // nobody waits for it any more
			return nil, letGo(w)
		}
		return w, err
	})
	if err == nil {
		t.workers = append(t.workers, w)
	}
	return w, err
}

func (t *trial) join(w lifecycle.Worker) (lifecycle.End, error) {
	return lawtest.AwaitResult(t.ctx, returning("Join"), func() (lifecycle.End, error) { return w.Join(), nil })
}

func (t *trial) stop(w lifecycle.Worker, grace time.Duration) (lifecycle.End, error) {
	return lawtest.AwaitResult(t.ctx, returning("Stop"), func() (lifecycle.End, error) { return lifecycle.Stop(w, grace) })
}

func returning(call string) string { return "waiting for " + call + " to return" }

// call is for calls that are not to wait, unless ctx ends.
func (t *trial) call(name string, f func() error) error {
	return lawtest.Await(t.ctx, returning(name), f)
}

// letGo ends a worker in the way that all obey, kills the one that does not, and
// joins it.
func letGo(w lifecycle.Worker) error {
	joined := make(chan struct{})
	go func() {
		defer close(joined)
		w.Join()
	}()
	for _, end := range []func() error{w.Finish, w.Kill} {
		end()
		select {
		case <-joined:
			return nil
		case <-time.After(time.Second):
		}
	}
	return errors.New("a worker does not end when its work is over")
}

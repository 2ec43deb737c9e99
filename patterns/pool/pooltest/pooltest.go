// Package pooltest holds the laws of package pool as data, callable on any
// implementation.
//
// A test of pool variants is one line, and a TestMain so that their workers can
// be processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { pooltest.Run(t, pool.Variants[pooltest.Task, pooltest.Result]()) }
package pooltest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	"crossover/patterns/pool"
	"crossover/patterns/role/roletest"
)

// Variant is what a law is about.
type Variant = pool.Variant[Task, Result]

// Law is something that each variant keeps whose properties admit it.
type Law struct {
	Name string
	// Doc says what a user may rely on, in one sentence.
	Doc string
	// Applies reports whether the law binds a variant with these properties, and
	// why not.
	Applies func(Variant) (ok bool, why string)
	// Check returns an error if the law is broken. Verify ends ctx when a check
	// hangs; the check then lets go of the tasks that it holds and returns.
	Check func(ctx context.Context, v Variant) error
}

// Laws returns all laws of this platform, the elementary ones first.
func Laws() []Law {
	return append([]Law{
		optionsLaw, placeLaw,
		resultsLaw, failuresLaw, panicLaw, separateLaw,
		boundLaw, widthLaw, tailLaw, unboundedLaw,
		cancelLaw, closeWaitsLaw, closedLaw, leftoverLaw,
		goexitLaw, crashLaw,
	}, platformLaws()...)
}

// Run checks every law on every variant, as subtests law/variant, and logs how
// many were checked and why others were not. A variant must leave nothing
// behind, whatever the law.
func Run(t *testing.T, variants []Variant) {
	checked := 0
	skipped := map[string]int{}
	for _, law := range Laws() {
		t.Run(law.Name, func(t *testing.T) {
			for _, v := range variants {
				t.Run(v.Name, func(t *testing.T) {
					if ok, why := law.Applies(v); !ok {
						skipped[why]++
						t.Skip(why)
					}
					checked++
					roletest.NoLeaks(t)
					if err := Verify(t.Context(), law, v); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
	t.Logf("%d laws, %d variants: %d checked", len(Laws()), len(variants), checked)
	for why, n := range skipped {
		t.Logf("%d skipped: %s", n, why)
	}
}

// patience is how long a check may take before it is said to hang. Checks take
// well under a second; a machine can be busy.
const patience = time.Minute

// Verify checks one law. The error says how it was broken; a panic is an error,
// and so is a hang, with what was waited for and the stacks of all goroutines.
// A deadline of ctx shortens the patience with a hang.
func Verify(ctx context.Context, law Law, v Variant) error {
	watchdog, stop := context.WithTimeout(ctx, patience)
	defer stop()
	// Not derived from watchdog: the stacks are to be taken before the check
	// starts to tidy up.
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)

	done := make(chan error, 1)
	go func() { done <- attempt(func() error { return law.Check(inner, v) }) }()
	select {
	case err := <-done:
		return err
	case <-watchdog.Done():
	}
	stacks := roletest.Stacks()
	cancel(errors.New("it has not come"))
	var err error
	select {
	case err = <-done:
		if err == nil {
			err = errors.New("the check ended well, but too late")
		}
	case <-time.After(10 * time.Second): // for tidying up; a goroutine cannot be stopped
		err = errors.New("the check does not end")
	}
	return fmt.Errorf("hang: %w; all goroutines:\n%s", err, stacks)
}

// attempt turns a panic into an error.
func attempt(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return f()
}

// Package queuetest holds the laws of package queue as data, callable on any
// implementation.
//
// A test of queue variants is one line, and a TestMain so that the parties of a
// law can be processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { queuetest.Run(t, queue.Variants[queuetest.Item]()) }
//
// A party in another process finds the variant by its name in queue.Variants.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	"crossover/patterns/queue"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// Law is something that each variant keeps whose properties admit it.
type Law struct {
	Name string
	// Doc says what a user may rely on, in one sentence.
	Doc string
	// As lists the executions of the parties in which the law says something.
	As []role.As
	// Excuse is why the law does not bind a variant with these properties; "" if
	// it does.
	Excuse func(queue.Variant[Item]) string
	// Check returns an error if the law is broken. A check that hangs is ended
	// by Verify: ctx then ends and the check stops the processes it started.
	Check func(ctx context.Context, s Subject) error
}

// Subject is a variant in one execution.
type Subject struct {
	queue.Variant[Item]
	As  role.As                          // how the parties run
	Log func(format string, args ...any) // for what is worth knowing of a check that succeeds
}

// use makes a queue, uses it and releases it; but not if the check was found to
// hang, for then somebody may still be inside.
func (s Subject) use(ctx context.Context, capacity int, f func(queue.Queue[Item]) error) error {
	q, err := s.New(capacity)
	if err != nil {
		return err
	}
	if err = f(q); ctx.Err() != nil {
		return err
	}
	return errors.Join(err, q.Release())
}

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return []Law{
		capacityLaw, separateLaw,
		lostLaw, twiceLaw, wholeLaw, orderLaw, linearizableLaw,
		boundLaw, overflowLaw,
		drainLaw, breakPutLaw, breakGetLaw, brokenLaw, repeatLaw,
		leftoverLaw, killLaw,
	}
}

// excuse is why the law says nothing about the variant in this execution.
func (l Law) excuse(v queue.Variant[Item], as role.As) string {
	if as == role.Process && v.Open == nil {
		return "stays in its process"
	}
	return l.Excuse(v)
}

// binds is the Excuse of a law that has none.
func binds(queue.Variant[Item]) string { return "" }

// Run checks every law on every variant in every execution, as subtests
// law/variant/execution, and logs how many were checked and why others were not.
func Run(t *testing.T, variants []queue.Variant[Item]) {
	checked := 0
	skipped := map[string]int{}
	for _, law := range Laws() {
		t.Run(law.Name, func(t *testing.T) {
			for _, v := range variants {
				for _, as := range law.As {
					t.Run(v.Name+"/"+string(as), func(t *testing.T) {
						if why := law.excuse(v, as); why != "" {
							skipped[why]++
							t.Skip(why)
						}
						checked++
						if err := Verify(t.Context(), law, Subject{v, as, t.Logf}); err != nil {
							t.Error(err)
						}
					})
				}
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
// and so is a hang, with the stacks of all goroutines.
func Verify(ctx context.Context, law Law, s Subject) error {
	watchdog, stop := context.WithTimeout(ctx, patience)
	defer stop()
	// Not derived from watchdog: the stacks are to be taken before the check
	// starts to tidy up.
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)

	done := make(chan error, 1)
	go func() { done <- attempt(func() error { return law.Check(inner, s) }) }()
	select {
	case err := <-done:
		return err
	case <-watchdog.Done():
	}
	stacks := roletest.Stacks()
	cancel(errors.New("the law's check hangs"))
	select {
	case <-done:
	case <-time.After(10 * time.Second): // for stopping its processes; a goroutine cannot be stopped
	}
	return fmt.Errorf("hang: the check has not ended; all goroutines:\n%s", stacks)
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

// Package locktest holds the laws of package lock as data, callable on any
// implementation.
//
// A test of lock variants is one line, and a TestMain so that the parties of a law
// can be processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { locktest.Run(t, lock.Variants()) }
//
// A party in another process finds the variant by its name in lock.Variants. The
// race detector checks what no law can: that memory written inside one critical
// section is ordered before the next.
package locktest

import (
	"context"
	"errors"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role"
)

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Subject is a variant in one execution.
type Subject struct {
	lock.Variant
	As role.As // how the parties run
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// guarded is a lock and the board that it guards.
type guarded = lock.Guarded[board]

// use makes a lock, uses it and releases it; but not if the check was found to
// hang, for then somebody may still be inside.
func (s Subject) use(ctx context.Context, f func(*guarded) error) error {
	l, err := s.New()
	if err != nil {
		return err
	}
	g, err := lock.Guard[board](l, s.As)
	if err != nil {
		return errors.Join(err, l.Release())
	}
	if err = f(g); ctx.Err() != nil {
		return err
	}
	return errors.Join(err, g.Release())
}

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return []Law{
		separateLaw, tryLaw, strangerLaw,
		excludesLaw, lostLaw, wholeLaw, shareLaw,
		fifoLaw, starvesLaw,
		idleLaw, breakLaw, brokenLaw, repeatLaw, ignoredLaw,
		leftoverLaw, orphanLaw, killLaw,
	}
}

// Subjects is every variant between goroutines and between processes.
func Subjects(variants []lock.Variant) (subjects []Subject) {
	for _, v := range variants {
		subjects = append(subjects, Subject{v, role.Goroutine}, Subject{v, role.Process})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []lock.Variant) { lawtest.Run(t, Laws(), Subjects(variants)) }

// excuse is why a law does not bind a variant with these properties.
type excuse func(lock.Variant) string

// binds is the excuse of a law that has none.
func binds(lock.Variant) string { return "" }

func cancels(v lock.Variant) string {
	if !v.Cancels {
		return "a waiter waits for the holder"
	}
	return ""
}

// everywhere is for a law about parties, wherever they run.
func everywhere(e excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As == role.Process && s.Open == nil {
			return "stays in its process"
		}
		return e(s.Variant)
	}
}

// here is for a law about the parties of one process.
func here(e excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As != role.Goroutine {
			return "asks nothing of other processes"
		}
		return e(s.Variant)
	}
}

// across is for a law about other processes.
func across(e excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As != role.Process {
			return "asks nothing of goroutines"
		}
		return everywhere(e)(s)
	}
}

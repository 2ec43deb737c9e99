// Package barriertest holds the laws of package barrier as data, callable on any
// implementation.
//
// A test of barrier variants is one line, and a TestMain so that the parties of a
// law can be processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { barriertest.Run(t, barrier.Variants()) }
//
// A party in another process finds the variant by its name in barrier.Variants.
package barriertest

import (
	"context"
	"errors"
	"testing"

	"crossover/patterns/barrier"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Subject is a variant in one execution.
type Subject struct {
	barrier.Variant
	As role.As // how the parties run
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// use makes a barrier, uses it and releases it; but not if the check was found to
// hang, for then somebody may still be inside.
func (s Subject) use(ctx context.Context, parties int, f func(barrier.Barrier) error) error {
	b, err := s.New(parties)
	if err != nil {
		return err
	}
	if err = f(b); ctx.Err() != nil {
		return err
	}
	return errors.Join(err, b.Release())
}

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return []Law{
		partiesLaw, separateLaw,
		earlyLaw, apartLaw, behindLaw, reusedLaw, visibleLaw,
		idleLaw, timeoutLaw, breakLaw, leaveLaw, panicLaw, brokenLaw, alikeLaw, repeatLaw,
		leftoverLaw, killLaw, noticeLaw,
	}
}

// Subjects is every variant between goroutines, threads and processes.
func Subjects(variants []barrier.Variant) (subjects []Subject) {
	for _, v := range variants {
		subjects = append(subjects, Subject{v, role.Goroutine}, Subject{v, role.Thread}, Subject{v, role.Process})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []barrier.Variant) { lawtest.Run(t, Laws(), Subjects(variants)) }

// everywhere is for a law about parties, wherever they run.
func everywhere(s Subject) string {
	if s.As == role.Process && s.Open == nil {
		return "stays in its process"
	}
	return ""
}

// here is for a law about one process.
func here(s Subject) string {
	if s.As == role.Process {
		return "asks nothing of other processes"
	}
	return ""
}

// once is for a law about a barrier without parties.
func once(s Subject) string {
	if s.As != role.Goroutine {
		return "asks nothing of parties"
	}
	return ""
}

// across is for a law about other processes.
func across(s Subject) string {
	if s.As != role.Process {
		return "asks nothing of goroutines"
	}
	return everywhere(s)
}

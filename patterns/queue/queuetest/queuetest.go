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
	"cmp"
	"context"
	"errors"
	"math"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/queue"
	"crossover/patterns/role"
)

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Subject is a variant in one execution.
type Subject struct {
	queue.Variant[Item]
	As role.As // how the parties run
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// capacity is one that the variant can have, near the one that is wanted.
func (s Subject) capacity(wanted int) int {
	return min(max(s.MinCapacity, wanted), cmp.Or(s.MaxCapacity, math.MaxInt))
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
	return errors.Join(err, lawtest.Await(ctx, "Release", q.Release))
}

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return []Law{
		capacityLaw, separateLaw,
		lostLaw, twiceLaw, wholeLaw, orderLaw, linearizableLaw,
		boundLaw, overflowLaw,
		putWakesLaw, getWakesLaw,
		idleLaw, drainLaw, breakPutLaw, breakGetLaw, cancelLaw, brokenLaw, repeatLaw,
		leftoverLaw, killLaw,
	}
}

// Subjects is every variant between goroutines and between processes.
func Subjects(variants []queue.Variant[Item]) (subjects []Subject) {
	for _, v := range variants {
		subjects = append(subjects, Subject{v, role.Goroutine}, Subject{v, role.Process})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []queue.Variant[Item]) { lawtest.Run(t, Laws(), Subjects(variants)) }

// excuse is why a law does not bind a variant with these properties.
type excuse func(queue.Variant[Item]) string

// binds is the excuse of a law that has none.
func binds(queue.Variant[Item]) string { return "" }

// everywhere is for a law about parties, wherever they run.
func everywhere(e excuse) func(Subject) string {
	return func(s Subject) string {
		if s.As == role.Process && s.Open == nil {
			return "stays in its process"
		}
		return e(s.Variant)
	}
}

// here is for a law about one end of a queue.
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

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
	"iter"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// Subject is a variant in one execution.
type Subject struct {
	pool.Variant[Task, Result]
	As     role.As    // how the workers run
	Stream StreamFunc // what makes streams of its Maps; nil: pool.Stream
}

// StreamFunc is pool.Stream, or what takes its place.
type StreamFunc func(context.Context, pool.Pool[Task, Result], pool.StreamOptions, iter.Seq[Task]) iter.Seq[pool.Done[Result]]

func (v Subject) String() string { return v.Name + "/" + string(v.As) }

// open makes a pool.
func (v Subject) open(o pool.Options) (pool.Pool[Task, Result], error) {
	o.As = v.As
	return v.New(work, o)
}

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Laws returns all laws of this platform, the elementary ones first.
func Laws() []Law {
	return append([]Law{
		optionsLaw, placeLaw, reusedLaw,
		resultsLaw, failuresLaw, panicLaw, separateLaw,
		boundLaw, widthLaw, tailLaw, unboundedLaw,
		cancelLaw, closeWaitsLaw, closedLaw, leftoverLaw,
		goexitLaw, crashLaw, retireLaw,
		streamOrderLaw, streamComeLaw, streamAheadLaw, streamBoundLaw,
		streamBreakLaw, streamCancelLaw, streamClosedLaw, streamFailureLaw,
	}, platformLaws()...)
}

// Subjects is every variant in each of its executions.
func Subjects(variants []pool.Variant[Task, Result]) (subjects []Subject) {
	for _, v := range variants {
		for _, as := range v.Executions {
			subjects = append(subjects, Subject{Variant: v, As: as})
		}
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []pool.Variant[Task, Result]) {
	lawtest.Run(t, Laws(), Subjects(variants))
}

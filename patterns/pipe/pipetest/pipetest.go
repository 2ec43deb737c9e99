// Package pipetest holds the laws of package pipe as data, callable on any
// implementation.
//
// A test of pipe variants is one line, and a TestMain so that the parties of a
// law can be processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { pipetest.Run(t, pipe.Variants()) }
//
// A party in another process finds the variant by its name in pipe.Variants.
package pipetest

import (
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/pipe"
	"crossover/patterns/role"
)

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Subject is a variant in one execution.
type Subject struct {
	pipe.Variant
	As role.As // how the parties run
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// Laws returns all laws, the elementary ones first.
func Laws() []Law {
	return []Law{
		separateLaw,
		wholeLaw, lostLaw, twiceLaw, orderLaw,
		bothWaysLaw, repliesLaw, handedOnLaw,
		keptLaw, bufferLaw,
		aheadLaw, boundLaw, idleLaw,
		drainLaw, halfLaw,
		breakSendLaw, breakReceiveLaw, breakCrossesLaw, brokenLaw, repeatLaw,
		leftoverLaw, killLaw,
	}
}

// Subjects is every variant between goroutines and between processes.
func Subjects(variants []pipe.Variant) (subjects []Subject) {
	for _, v := range variants {
		subjects = append(subjects, Subject{v, role.Goroutine}, Subject{v, role.Process})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []pipe.Variant) { lawtest.Run(t, Laws(), Subjects(variants)) }

// everywhere is the excuse of a law about parties, wherever they run.
func everywhere(s Subject) string {
	if s.As == role.Process && s.Open == nil {
		return "stays in its process"
	}
	return ""
}

// here is the excuse of a law about the ends themselves.
func here(s Subject) string {
	if s.As != role.Goroutine {
		return "asks nothing of other processes"
	}
	return ""
}

// across is the excuse of a law about other processes.
func across(s Subject) string {
	if s.As != role.Process {
		return "asks nothing of goroutines"
	}
	return everywhere(s)
}

// Package spawntest holds the laws of package spawn as data, callable on any
// implementation.
//
// A test of spawners is one line, and a TestMain so that their workers can be
// processes:
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { spawntest.Run(t, spawn.Variants[spawntest.Arg, spawntest.Result]()) }
package spawntest

import (
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/spawn"
)

// Variant is what a law is about.
type Variant struct{ spawn.Variant[Arg, Result] }

func (v Variant) String() string { return v.Name }

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Variant]

// Laws returns all laws of this platform, the elementary ones first.
func Laws() []Law {
	return append([]Law{
		limitLaw, placeLaw, keptLaw, readyLaw,
		onceLaw, failuresLaw, panicLaw, goexitLaw, crashLaw, separateLaw,
		boundLaw, allLaw, holdLaw,
		cancelLaw, leftoverLaw,
	}, platformLaws()...)
}

// Subjects is every variant.
func Subjects(variants []spawn.Variant[Arg, Result]) (subjects []Variant) {
	for _, v := range variants {
		subjects = append(subjects, Variant{v})
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, variants []spawn.Variant[Arg, Result]) {
	lawtest.Run(t, Laws(), Subjects(variants))
}

// binds is the excuse of a law that has none.
func binds(Variant) string { return "" }

// some is n, or a few where each worker costs milliseconds.
func some(v Variant, n int) int {
	if v.As == role.Process {
		return min(n, 6)
	}
	return n
}

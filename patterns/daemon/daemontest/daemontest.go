// Package daemontest holds the laws of package daemon as data, callable on any
// implementation.
//
// A main that ends is a process of its own, which has to find the variant under
// test; so the table of variants is given a name, in a package variable:
//
//	var mine = daemontest.Register("mine", func() []daemon.Variant { return … })
//
//	func TestMain(m *testing.M) { role.Main(); os.Exit(m.Run()) }
//	func TestLaws(t *testing.T) { daemontest.Run(t, mine) }
package daemontest

import (
	"slices"
	"testing"

	"crossover/patterns/daemon"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
)

// Table is a table of variants that the main processes of the laws know too.
type Table struct {
	variants func() []daemon.Variant
	main     *role.Role[mainFiles, mainJob, none]
}

// Register gives a table a name, unique in the program. Call it while package
// variables are initialised.
func Register(name string, variants func() []daemon.Variant) *Table {
	t := &Table{variants: variants}
	t.main = role.Register("daemontest.main."+name, mainTransport, t.live)
	return t
}

// Own is package daemon's table.
var Own = Register("own", daemon.Variants)

// Subject is a variant in one execution, and the table in which a main finds it.
type Subject struct {
	daemon.Variant
	As    role.As // how the worker runs
	table *Table
}

func (s Subject) String() string { return s.Name + "/" + string(s.As) }

// start starts a worker.
func (s Subject) start(o daemon.Options) (daemon.Daemon, error) {
	o.As = s.As
	return s.Start(work, o)
}

// Law is something that each variant keeps whose properties admit it.
type Law = lawtest.Law[Subject]

// Laws returns all laws: those of a worker under a main that stays, and then one
// for each way in which main ends.
func Laws() []Law {
	laws := []Law{placeLaw, beatsLaw, paceLaw, endsLaw, failureLaw, crashLaw, drainLaw, promptLaw, repeatLaw, deadlineLaw, releaseLaw, leftoverLaw, refusedLaw}
	for _, e := range daemon.Endings() {
		laws = append(laws, endingLaw(e))
	}
	return laws
}

// Subjects is every variant of a table in each of its executions.
func Subjects(t *Table) (subjects []Subject) {
	for _, v := range t.variants() {
		for _, as := range v.Executions {
			subjects = append(subjects, Subject{v, as, t})
		}
	}
	return subjects
}

// Run checks every law on every subject.
func Run(t *testing.T, table *Table) { lawtest.Run(t, Laws(), Subjects(table)) }

// binds is the excuse of a law that has none.
func binds(Subject) string { return "" }

// needsProcesses is the excuse of a law that starts a main to see it end.
func needsProcesses(Subject) string {
	if !slices.Contains(role.Executions(), role.Process) {
		return "no worker processes on this platform: no main to end"
	}
	return ""
}

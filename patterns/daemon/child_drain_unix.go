//go:build unix

package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// childDrainVariant is child.eof with manners: at end of file the worker completes
// the work in hand and ends then.
//
// Guarantees: the work in hand is completed however main ends, SIGKILL included:
// the only variant that can say so, and it needs nothing of main. Costs: as
// child.eof. Breaks when: the work in hand never ends, for the worker then
// outlives main for ever; or it needs main, which is gone.
//
// Source: as child.eof; PostgreSQL's backends end at their next safe point.
func childDrainVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.drain",
			Summary:    "child process, drains and ends at end of file on its lifeline pipe",
			File:       "child_drain_unix.go",
			Source:     "PostgreSQL, postmaster death watch; package role",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Drains, Drains, Drains, Drains, Drains),
		Start: func(t *Task, o Options) (Daemon, error) {
			return t.start(role.Options{Orphaned: role.WindsUp}, o, role.Process)
		},
	}
}

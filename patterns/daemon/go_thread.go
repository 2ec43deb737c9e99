package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// goThreadVariant is a goroutine with an OS thread of its own that nobody waits
// for, as a Python thread with daemon=True has.
//
// Guarantees: every beat runs on the same thread, and nothing else does; otherwise
// nothing, like go. Costs: a thread, and at each beat a switch to it and back.
// Breaks when: there are many of them, or the work in hand matters. To need it, a
// beat has to keep something with its thread, as cgo libraries and namespaces do.
//
// Source: runtime.LockOSThread; a Python thread with daemon=True.
func goThreadVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "go.thread",
			Summary:    "goroutine locked to a thread of its own, nobody waits",
			File:       "go_thread.go",
			Source:     "runtime.LockOSThread",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As:   role.Thread,
		Ends: ends(Cut, Cut, Cut, Cut, Cut),
		Start: func(t *Task, o Options) (Daemon, error) {
			return t.start(role.Options{As: role.Thread}, o)
		},
	}
}

//go:build unix

package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// childEOFVariant is a worker process that reads a descriptor whose other end only
// main holds. However main ends, the kernel closes it, and the worker exits.
//
// Guarantees: the worker is gone soon after main, in whatever way main went.
// Costs: a process, a pipe and, in the worker, a goroutine parked in a read.
// Breaks when: somebody else inherits main's end, for then end of file never comes
// (every descriptor close-on-exec, and no fork between making and marking it); or
// the worker does not get to run, being stopped by SIGSTOP.
//
// Source: the lifeline pipe of PostgreSQL's postmaster and of Chromium's zygote.
func childEOFVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.eof",
			Summary:    "child process, exits at end of file on its lifeline pipe",
			File:       "child_eof_unix.go",
			Source:     "PostgreSQL, postmaster death watch; package role",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Cut, Cut, Cut, Cut, Cut),
		Start: func(t *Task, o Options) (Daemon, error) {
			return t.start(role.Options{}, o, role.Process)
		},
	}
}

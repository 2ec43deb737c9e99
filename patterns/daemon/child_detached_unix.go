//go:build unix

package daemon

import (
	"syscall"

	"crossover/patterns"
	"crossover/patterns/role"
)

// childDetachedVariant is a worker process in a session of its own, which is to
// outlive main: what Unix calls a daemon.
//
// Guarantees: nothing that happens to main, its terminal or its process group
// reaches the worker. Costs: a process that somebody has to know of: whoever wants
// to end it later needs its pid, from a file say. Breaks when: nobody does. Its
// standard error was main's to read, so that after main a write there ends it; a
// service manager that kills by control group (systemd) finds it all the same.
//
// Source: setsid(2), daemon(3); Stevens, Advanced Programming in the UNIX
// Environment, chapter 13. Go cannot fork twice; in a session that never opens a
// terminal nothing is missing.
func childDetachedVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.detached",
			Summary:    "child process in a session of its own, outlives main",
			File:       "child_detached_unix.go",
			Source:     "setsid(2), daemon(3)",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Survives, Survives, Survives, Survives, Survives),
		Start: func(t *Task, o Options) (Daemon, error) {
			return t.start(role.Options{
				Orphaned: role.Continues,
				Attr:     &syscall.SysProcAttr{Setsid: true},
			}, o, role.Process)
		},
	}
}

//go:build unix

package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// childJoin is a worker process that main waits for before it returns.
//
// Guarantees: a main that returns or panics does so after the worker has ended; a
// crash of the worker is no crash of main. Costs: a process. Breaks when: main ends
// in any other way. Unlike a goroutine the worker then goes on, an orphan that
// nobody supervises: a restarted service soon has two.
//
// Source: os/exec, Cmd.Run; a Python process with daemon=False.
func childJoinVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "child.join",
			Summary:    "child process, main waits until it ends",
			File:       "child_join_unix.go",
			Source:     "os/exec, Cmd.Wait",
			Tier:       patterns.Paste,
			Properties: patterns.Properties{Survives: patterns.SurvivesCrash, Crosses: true},
		},
		Executions: []role.As{role.Process},
		Ends:       ends(Finishes, Survives, Finishes, Survives, Survives),
		Start: func(t *Task, o Options) (Daemon, error) {
			w, err := t.start(role.Options{Orphaned: role.Continues}, o, role.Process)
			if err != nil {
				return nil, err
			}
			return goJoin{w}, nil
		},
	}
}

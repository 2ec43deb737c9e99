package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// goVariant is a goroutine that nobody waits for, as most background work in Go
// is written.
//
// Guarantees: nothing; it is gone when main is, in whatever way, and no sooner.
// Costs: a goroutine and a timer. Breaks when: the work in hand matters. It is cut
// in the middle even by a main that returns.
//
// Source: Go specification, Program execution: "It does not wait for other
// (non-main) goroutines to complete."
func goVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "go",
			Summary:    "goroutine, nobody waits",
			File:       "go.go",
			Source:     "Go specification, Program execution",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Executions: []role.As{role.Goroutine, role.Thread},
		Ends:       ends(Cut, Cut, Cut, Cut, Cut),
		Start: func(t *Task, o Options) (Daemon, error) {
			return t.start(role.Options{}, o, role.Goroutine, role.Thread)
		},
	}
}

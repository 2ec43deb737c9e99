package daemon

import (
	"crossover/patterns"
	"crossover/patterns/role"
)

// goJoin is a goroutine that main waits for before it returns.
//
// Guarantees: a main that returns, or whose own goroutine panics, does so after
// the worker has ended. Costs: nothing beyond the goroutine. Breaks when: the
// worker never ends, for then neither does main; and it does nothing against
// os.Exit, which log.Fatal calls too, a panic in another goroutine, or a signal.
//
// Source: sync.WaitGroup; a Python process or thread with daemon=False.
type goJoin struct{ worker }

func goJoinVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "go.join",
			Summary:    "goroutine, main waits until it ends",
			File:       "go_join.go",
			Source:     "sync.WaitGroup",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		Executions: []role.As{role.Goroutine, role.Thread},
		Ends:       ends(Finishes, Cut, Finishes, Cut, Cut),
		Start: func(t *Task, o Options) (Daemon, error) {
			w, err := t.start(role.Options{}, o, role.Goroutine, role.Thread)
			if err != nil {
				return nil, err
			}
			return goJoin{w}, nil
		},
	}
}

func (d goJoin) Leave() error {
	_, err := d.handle.Join()
	return err
}

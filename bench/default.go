package bench

import "crossover/internal/catalog"

// Default is the suite of this repository's own patterns.
func Default(grid Grid) *Suite {
	return &Suite{
		Grid: grid,
		Parts: []Part{
			{"daemon", Daemon},
			{"pipe", Pipe},
			{"queue", Queue},
			{"lifecycle", Lifecycle},
			{"barrier", Barrier},
			{"lock", Lock},
			{"pool", Pool},
			{"state", State},
			{"spawn", Spawn},
		},
		Verdicts: []catalog.Verdict{
			{
				ID:         "channel-or-mutex",
				Question:   "Channel or mutex?",
				Where:      "to hand items over",
				A:          catalog.Group{Name: "a channel", Match: map[string][]string{"impl": {"chan", "chan.done"}, "as": {"goroutine"}}},
				B:          catalog.Group{Name: "a mutex-guarded ring", Match: map[string][]string{"impl": {"mutex.ring"}, "as": {"goroutine"}}}, // bounded, as a channel is
				Situations: []string{"queue-many", "queue-one", "queue-work"},
			},
			{
				ID:         "channel-or-mutex-around-state",
				Question:   "Channel or mutex?",
				Where:      "around shared state",
				A:          catalog.Group{Name: "a channel", Match: map[string][]string{"impl": {"chan", "chan.done", "chan.func"}, "as": {"goroutine"}}},
				B:          catalog.Group{Name: "a mutex", Match: map[string][]string{"impl": {"mutex"}, "as": {"goroutine"}}},
				Situations: []string{"state-work", "state-hot", "state-mixed", "lock-uncontended", "lock-short"},
			},
			{
				ID:         "goroutine-or-process",
				Question:   "Goroutine or process?",
				A:          catalog.Group{Name: "goroutines", Match: map[string][]string{"as": {"goroutine"}}},
				B:          catalog.Group{Name: "worker processes", Match: map[string][]string{"as": {"process"}}},
				Situations: []string{"pool-10us", "queue-across", "pool-crash"},
			},
			{
				ID:         "bounded-or-unbounded",
				Question:   "Bounded or unbounded?",
				A:          catalog.Group{Name: "a goroutine per task", Match: map[string][]string{"impl": {"go"}, "as": {"goroutine"}}},
				B:          catalog.Group{Name: "a bounded pool", Match: map[string][]string{"impl": boundedPools(), "as": {"goroutine"}}},
				Situations: []string{"pool-10us", "pool-io"},
			},
		},
	}
}

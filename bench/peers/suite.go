package peers

import "crossover/bench"

// Suite is the peers in the situations of this repository's own variants.
func Suite(grid bench.Grid) *bench.Suite {
	s := &bench.Suite{
		Grid: grid,
		Patterns: []bench.Pattern{
			bench.QueueOf(queueTable()),
			bench.LockOf(Locks(), nil),
			bench.PoolOf(poolTable()),
			bench.StateOf(stateTable()),
		},
	}
	for i := range s.Patterns {
		s.Patterns[i].Supplement("bench/peers")
	}
	return s
}

package peers

import "crossover/bench"

// Suite is the peers in the situations of this repository's own variants.
func Suite(grid bench.Grid) *bench.Suite {
	return &bench.Suite{
		Grid:     grid,
		Patterns: []bench.Pattern{bench.QueueOf(queueTable()), bench.PoolOf(poolTable())},
	}
}

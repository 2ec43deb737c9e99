package peers

import "crossover/bench"

// Suite is the peers in the situations of this repository's own variants.
func Suite(grid bench.Grid) *bench.Suite {
	return &bench.Suite{
		Grid: grid,
		Parts: []bench.Part{
			supplement("queue", func() bench.Pattern { return bench.QueueOf(queueTable()) }),
			supplement("lock", func() bench.Pattern { return bench.LockOf(Locks(), nil) }),
			supplement("pool", func() bench.Pattern { return bench.PoolOf(poolTable()) }),
			supplement("state", func() bench.Pattern { return bench.StateOf(stateTable()) }),
		},
	}
}

// supplement is a part that joins the repository's own of that name.
func supplement(name string, pattern func() bench.Pattern) bench.Part {
	return bench.Part{Name: name, Pattern: func() bench.Pattern {
		p := pattern()
		p.Supplement("bench/peers")
		return p
	}}
}

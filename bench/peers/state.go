package peers

import (
	"sync/atomic"

	"crossover/bench"
	"crossover/patterns/state"
	"crossover/patterns/state/statetest"
)

// States returns the peers of package state.
func States[K comparable]() []state.Variant[K] {
	return []state.Variant[K]{
		xsyncCounterVariant[K](),
		xsyncMapVariant[K](),
	}
}

// stateTable is the peers for the keys of cases and of laws.
func stateTable() bench.StateTable {
	return bench.StateTable{Bench: States[uint64](), Law: States[statetest.Key]()}
}

// closable ends a store of a library that knows no end.
type closable struct{ closed atomic.Bool }

func (c *closable) Close() error { c.closed.Store(true); return nil }

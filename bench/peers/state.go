package peers

import (
	"errors"
	"fmt"
	"sync/atomic"

	"crossover/bench"
	"crossover/patterns/role"
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

// unowned refuses what a store without an owner cannot do.
func unowned(o state.Options) error {
	if as := o.Owner.As; as != "" && as != role.Goroutine {
		return fmt.Errorf("a store without an owner as a %s: %w", as, errors.ErrUnsupported)
	}
	return nil
}

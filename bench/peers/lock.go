package peers

import "crossover/patterns/lock"

// Locks returns the peers of package lock.
func Locks() []lock.Variant {
	return []lock.Variant{xsyncRBMutexVariant()}
}

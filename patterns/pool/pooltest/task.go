package pooltest

import (
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

// Task is what the laws give a pool to do, Result what it comes to.
type (
	Task   = errand.Errand
	Result = errand.Result
)

var work = pool.Named("pooltest.work", errand.Perform)

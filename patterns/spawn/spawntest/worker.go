package spawntest

import (
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/spawn"
)

// Arg is what the laws give a worker to do, Result what it comes to.
type (
	Arg    = errand.Errand
	Result = errand.Result
)

var body = spawn.Named("spawntest.body", errand.Perform)

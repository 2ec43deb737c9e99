package pool_test

import (
	"os"
	"testing"

	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	pooltest.Run(t, pool.Variants[pooltest.Task, pooltest.Result]())
}

package lifecycle_test

import (
	"os"
	"testing"

	"crossover/patterns/lifecycle"
	"crossover/patterns/lifecycle/lifecycletest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) { lifecycletest.Run(t, lifecycle.Variants()) }

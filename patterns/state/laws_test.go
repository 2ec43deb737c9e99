package state_test

import (
	"os"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/state"
	"crossover/patterns/state/statetest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	statetest.Run(t, state.Variants[statetest.Key]())
}

package spawn_test

import (
	"os"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/spawn"
	"crossover/patterns/spawn/spawntest"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	spawntest.Run(t, spawn.Variants[spawntest.Arg, spawntest.Result]())
}

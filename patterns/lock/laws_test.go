package lock_test

import (
	"os"
	"testing"

	"crossover/patterns/lock"
	"crossover/patterns/lock/locktest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	locktest.Run(t, lock.Variants())
}

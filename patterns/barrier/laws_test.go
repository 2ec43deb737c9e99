package barrier_test

import (
	"os"
	"testing"

	"crossover/patterns/barrier"
	"crossover/patterns/barrier/barriertest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	barriertest.Run(t, barrier.Variants())
}

package pipe_test

import (
	"os"
	"testing"

	"crossover/patterns/pipe"
	"crossover/patterns/pipe/pipetest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) {
	pipetest.Run(t, pipe.Variants())
}

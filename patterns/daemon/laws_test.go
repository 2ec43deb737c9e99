package daemon_test

import (
	"os"
	"testing"

	"crossover/patterns/daemon/daemontest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestLaws(t *testing.T) { daemontest.Run(t, daemontest.Own) }

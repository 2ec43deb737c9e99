package peers

import (
	"os"
	"testing"

	"crossover/patterns/lawtest"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
)

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(m.Run())
}

func TestQueueLaws(t *testing.T) {
	table := queueTable()
	lawtest.RunKnown(t, queuetest.Laws(), queuetest.Subjects(table.Law), table.Breaks)
}

func TestPoolLaws(t *testing.T) {
	table := poolTable()
	lawtest.RunKnown(t, pooltest.Laws(), pooltest.Subjects(table.Law), table.Breaks)
}

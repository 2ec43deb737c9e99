package peers

import (
	"os"
	"testing"

	"crossover/bench"
	"crossover/patterns/lawtest"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
)

// suite is what this binary measures, as its flags say.
var suite *bench.Suite

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(bench.Main(m, &suite, Suite))
}

func BenchmarkQueue(b *testing.B) { suite.Run(b, "queue") }
func BenchmarkPool(b *testing.B)  { suite.Run(b, "pool") }

func TestQueueLaws(t *testing.T) {
	table := queueTable()
	lawtest.RunKnown(t, queuetest.Laws(), queuetest.Subjects(table.Law), table.Breaks)
}

func TestPoolLaws(t *testing.T) {
	table := poolTable()
	lawtest.RunKnown(t, pooltest.Laws(), pooltest.Subjects(table.Law), table.Breaks)
}

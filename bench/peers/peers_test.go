package peers

import (
	"os"
	"testing"

	"crossover/bench"
	"crossover/patterns/lawtest"
	"crossover/patterns/lock/locktest"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/queue/queuetest"
	"crossover/patterns/role"
	"crossover/patterns/state/statetest"
)

// suite is what this binary measures, as its flags say.
var suite *bench.Suite

func TestMain(m *testing.M) {
	role.Main()
	os.Exit(bench.Main(m, &suite, Suite))
}

func BenchmarkQueue(b *testing.B) { suite.Run(b, "queue") }
func BenchmarkLock(b *testing.B)  { suite.Run(b, "lock") }
func BenchmarkPool(b *testing.B)  { suite.Run(b, "pool") }
func BenchmarkState(b *testing.B) { suite.Run(b, "state") }

func TestQueueLaws(t *testing.T) {
	table := queueTable()
	lawtest.RunKnown(t, queuetest.Laws(), queuetest.Subjects(table.Law), table.Breaks)
}

func TestLockLaws(t *testing.T) { locktest.Run(t, Locks()) }

func TestPoolLaws(t *testing.T) {
	table := poolTable()
	lawtest.RunKnown(t, pooltest.Laws(), pooltest.Subjects(table.Law), table.Breaks)
}

func TestStateLaws(t *testing.T) {
	table := stateTable()
	lawtest.RunKnown(t, statetest.Laws(), statetest.Subjects(table.Law), table.Breaks)
}

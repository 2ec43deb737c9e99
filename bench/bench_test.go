package bench_test

import (
	"os"
	"testing"

	"crossover/bench"
	"crossover/internal/control"
	"crossover/patterns/role"
)

// suite is what this binary measures, as its flags say.
var suite *bench.Suite

func TestMain(m *testing.M) {
	role.Main() // worker processes are this binary, and end here
	os.Exit(bench.Main(m, &suite, bench.Default))
}

func BenchmarkDaemon(b *testing.B)       { suite.Run(b, "daemon") }
func BenchmarkPipe(b *testing.B)         { suite.Run(b, "pipe") }
func BenchmarkPipeFloor(b *testing.B)    { suite.RunFloors(b, "pipe") }
func BenchmarkQueue(b *testing.B)        { suite.Run(b, "queue") }
func BenchmarkQueueFloor(b *testing.B)   { suite.RunFloors(b, "queue") }
func BenchmarkLifecycle(b *testing.B)    { suite.Run(b, "lifecycle") }
func BenchmarkBarrier(b *testing.B)      { suite.Run(b, "barrier") }
func BenchmarkBarrierFloor(b *testing.B) { suite.RunFloors(b, "barrier") }
func BenchmarkLock(b *testing.B)         { suite.Run(b, "lock") }
func BenchmarkLockFloor(b *testing.B)    { suite.RunFloors(b, "lock") }
func BenchmarkPool(b *testing.B)         { suite.Run(b, "pool") }
func BenchmarkPoolFloor(b *testing.B)    { suite.RunFloors(b, "pool") }
func BenchmarkState(b *testing.B)        { suite.Run(b, "state") }
func BenchmarkStateFloor(b *testing.B)   { suite.RunFloors(b, "state") }
func BenchmarkSpawn(b *testing.B)        { suite.Run(b, "spawn") }
func BenchmarkSpawnFloor(b *testing.B)   { suite.RunFloors(b, "spawn") }

// BenchmarkControl is the same fixed work in every round of a study: when it
// drifts, the machine has.
func BenchmarkControl(b *testing.B) { control.Benchmark(b) }

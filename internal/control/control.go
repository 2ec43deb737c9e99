// Package control is the fixed work that watches the machine while a study runs: one
// benchmark, BenchmarkControl, in every binary that may be the first entrant.
package control

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/internal/spin"
)

const parts = 5

// Benchmark does a microsecond or so of fixed work an operation on every P at once,
// without any calibration. A part of it takes as long as the slowest P, so whatever
// takes a CPU away shows. ns/op is that of the second fastest of five parts: on a
// virtual machine a CPU is gone for some milliseconds every now and then, which is no
// drift, while a program that keeps one busy slows nearly all of them.
func Benchmark(b *testing.B) {
	n := min(parts, b.N)
	var took []float64
	for i := range n {
		ops := b.N*(i+1)/n - b.N*i/n
		start := b.Elapsed()
		onEveryP(ops)
		took = append(took, float64(b.Elapsed()-start)/float64(ops))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/4], "ns/op")
}

func onEveryP(ops int) {
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() { sink.Store(spin.Chain(1000*ops, 1)) })
	}
	all.Wait()
}

var sink atomic.Uint64

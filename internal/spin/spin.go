// Package spin is CPU time that neither the compiler nor the CPU can shorten: the
// work of benchmarks, of the control and of the self-test.
package spin

// Chain does so many steps from x, each of which needs the one before (Knuth's MMIX
// generator). The result depends on every step, so whoever checks it knows that the
// work was done.
//
//go:noinline
func Chain(steps int, x uint64) uint64 {
	for range steps {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}

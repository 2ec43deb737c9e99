// Package spin is CPU time that neither the compiler nor the CPU can shorten: the
// work of benchmarks, of the control and of the self-test.
package spin

// Chain does so many steps from x, each of which needs the one before. The result
// depends on every step, so whoever checks it knows that the work was done.
//
// Four steps a turn take long enough that it does not matter where in memory the loop
// lies. With one, the same code in two binaries ran at speeds that differed by a tenth,
// wherever a neighbour shared the core. Of a step that adds, as Knuth's MMIX generator
// does whose factor this is, the compiler would make one of four.
//
//go:noinline
func Chain(steps int, x uint64) uint64 {
	for ; steps >= 4; steps -= 4 {
		x = (x ^ 1) * factor
		x = (x ^ 1) * factor
		x = (x ^ 1) * factor
		x = (x ^ 1) * factor
	}
	for range steps {
		x = (x ^ 1) * factor
	}
	return x
}

const factor = 6364136223846793005

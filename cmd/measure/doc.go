// Measure runs the benchmark cases of this repository as a study: shuffled
// rounds of fresh processes, each with its CPUs and its number of operations
// fixed beforehand, so that what is compared was measured side by side.
//
// Usage:
//
//	go run ./cmd/measure [flags]
//
// It builds the benchmark binary once, asks it for its catalog of cases and
// plans cells: case × cpus × GOMAXPROCS. A round runs every cell once, in random
// order, and a control (a fixed spin) somewhere among them. A sample is one
// fresh process. The result is a folder for go run ./cmd/report, and raw.txt in
// it is plain benchmark output:
//
//	go tool benchstat -col /impl results/local/STUDY/raw.txt
//
// # What is measured
//
//	-grid quick|full
//		Which cases there are. quick (the default) is a star around one base
//		situation per pattern, full is the product of the axes.
//	-bench REGEXP
//		Only the cases whose full name matches, unanchored: -bench 'Pool/.*work=1us'.
//	-cpus LIST
//		CPUs a process may use, set as its affinity mask before it starts: the
//		first so many of those that measure itself may use. The default is 1, the
//		powers of two up to all of them, and all of them. Elsewhere than on Linux
//		a process always has all CPUs.
//	-gomaxprocs LIST
//		GOMAXPROCS of a process. The default is like that of -cpus, and twice the
//		largest; the quick grid then keeps 1, cpus and 2 × cpus. A list given here
//		is measured whole.
//
// Cases that are not about scaling are measured in one cell only, with the
// largest of -cpus and GOMAXPROCS equal to it.
//
// # How much
//
//	-rounds N
//		Rounds, and so samples per cell; 10 by default. Ten rounds allow
//		25 comparisons at a family-wise 5 %; fewer than six can show nothing.
//	-benchtime D
//		Least time of the timed part of a sample, 30ms by default. Cases that need
//		more, such as those with processes, say so in the catalog. The number of
//		operations that takes so long is found once per cell and then fixed.
//	-seed N
//		The order of the samples. Random by default and recorded; the same seed and
//		flags give the same order.
//	-dry-run
//		Print the cells, the number of samples and the estimated time, and stop.
//
// # Where
//
//	-o DIR
//		The folder of the study. By default results/local/<date>-<cpu>-<n>cpu, with
//		-2, -3, … appended where that is taken. A folder that holds a study is refused.
//	-pkg PACKAGE
//		The package of the benchmarks, ./bench by default.
//	-bin FILE
//		Its test binary, if it is built already (go test -c).
//
// # When things go wrong
//
// A sample that fails, crashes or hangs (30 s, or 20 times what was expected)
// is killed with all its processes and recorded with the end of its output; the
// study goes on and measure says so at the end. A case that fails even while its
// number of operations is sought is recorded once and left out of the rounds.
// After Ctrl-C everything measured is kept.
//
// The exit status is 0 if every sample is good, 1 if something failed, 2 for a
// mistake on the command line and 130 after an interruption.
package main

import (
	_ "embed"
	"strings"
)

//go:embed doc.go
var source string

// manual is the package comment above, as plain text.
func manual() string {
	comment, _, _ := strings.Cut(source, "\npackage main")
	var b strings.Builder
	for line := range strings.Lines(comment + "\n") {
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "))
	}
	return b.String()
}

// Measure runs the benchmark cases of this repository as a study: shuffled
// rounds of fresh processes, each with its CPUs and its number of operations
// fixed beforehand, so that what is compared was measured side by side.
//
// Usage:
//
//	go run ./cmd/measure [flags]
//	go run ./cmd/measure -resume DIR
//	go run ./cmd/measure -profile CASE [flags]
//	go run ./cmd/measure -selftest[=full] [flags]
//
// It builds the benchmark binaries, asks them for their catalogs of cases and
// plans cells: case × cpus × GOMAXPROCS × pin. A round runs every cell once, in
// random order, save that those which differ in impl and as only run one right after
// the other; and a control (fixed work on every CPU) somewhere among them. A sample is
// one fresh process. The result is a folder for go run ./cmd/report, and raw.txt in it
// is plain benchmark output:
//
//	go tool benchstat -col /impl results/local/STUDY/raw.txt
//
// # What is measured
//
//	-grid quick|full
//		Which cases there are. Each situation is a point on its pattern's axes, and is
//		measured there and along one axis of its own. quick (the default) has the
//		situations that most people are in, with few values along the axis and some
//		variants at the point only. full has more situations, longer axes, threads,
//		placements, and every variant of scaling cases in all cells; it is no product of
//		the axes.
//	-bench REGEXP
//		Only the cases whose full name matches, unanchored: -bench 'Pool/.*work=1us';
//		and the floors of their situations, and the cases whose capacity they need.
//	-cpus LIST
//		CPUs a process may use, set as its affinity mask before it starts: the
//		first so many of those that measure itself may use, a core each as long as
//		there are cores, and then their second hardware threads. The default is 1,
//		the powers of two up to all of them, and all of them; or up to the cgroup's
//		quota of CPU time. Elsewhere than on Linux a process always has all CPUs.
//	-gomaxprocs LIST
//		GOMAXPROCS of a process. The default is like that of -cpus, and twice the
//		largest; the quick grid then keeps 1, cpus and 2 × cpus. A list given here
//		is measured whole.
//
// Cases that are not about scaling, and floors, are measured in one cell only, with
// the largest of -cpus and GOMAXPROCS equal to it. A case with placements has a
// further cell each, with all its parties on one CPU (pin: one) or the two sides on
// different ones (pin: split); on one CPU there is no choice and no such cell, and elsewhere
// than on Linux neither.
//
// # Who is measured
//
//	-pkg PACKAGE
//		A package of benchmarks, ./bench by default. May be repeated or hold several,
//		-pkg ./bench,./bench/peers: each is a test binary of its own, and all take part
//		in the same rounds.
//	-bin FILE
//		The test binary of the package, if it is built already (go test -c); of several
//		packages one each, in their order. Neither Go nor the source need be here then:
//		see On a machine without Go.
//	-against FILE
//		Another test binary of the (first) package, such as that of the commit before
//		(CGO_ENABLED=0 go test -c -o FILE ./bench). It is measured in the same rounds, by as many
//		operations and at the same rates, and has a study of its own in DIR-before:
//		report compare DIR-before DIR then compares round by round, and what the machine
//		does in the meantime cancels. Such studies cannot be gone on with.
//	-with 'COMMAND ARGS'
//		A command that takes part too, in whatever language: see The protocol. May be
//		repeated. One that is not available here is left out with a warning.
//
// # How much
//
//	-rounds N
//		Rounds, and so samples per cell; 10 by default. Ten rounds allow
//		25 comparisons at a family-wise 5 %; fewer than six can show nothing.
//	-budget D
//		Whole rounds, as many as fit into the time, building and calibration included; at
//		least six, or -rounds if that is less. Of what was before an interruption only the
//		samples count.
//	-until P%
//		Rounds until each variant's cost relative to the baseline (or its own, where there
//		is nothing to compare with) is known to ±P %: the 95 % interval, in the unit that
//		decides, looked at after 10, 15, 22, 33, 50, … rounds; within -rounds and -budget,
//		or 100 rounds if neither is given. The looks are fixed and ask how wide an interval
//		is, never whether it is on one side: to stop on significance makes up to a quarter
//		of the alarms false.
//	-benchtime D
//		Least time of the timed part of a sample, 20ms by default. Cases that need
//		more, such as those with processes, say so in the catalog. The number of
//		operations that takes so long is found once per cell and then fixed.
//	-like DIR
//		Begin with the numbers of operations that the study in DIR has found, for cells that
//		it has too, and spend no time on seeking them: that takes as long as two rounds. A
//		cell whose first sample takes 1.5 times as long as there, or as short, is fitted, and
//		its samples count from there. The number of a case whose capacity others are offered
//		a share of is sought as ever.
//	-spin N
//		Iterations of calibrated work per microsecond; found out by default, and recorded
//		as spin_per_us in machine.json. Give it what an earlier study has, to compare the
//		two: else work as long as the clock says is compared, and not the same work.
//	-seed N
//		The order of the samples. Random by default and recorded; the same seed and
//		flags give the same order.
//	-dry-run
//		Print the cells, the number of samples and the estimated time, and stop. With
//		-like it is estimated from what that study took.
//
// At the end it tells how much longer all took than the timed parts of the samples
// and what the rest went to; machine.json keeps it.
//
// # Where
//
//	-o DIR
//		The folder of the study. By default results/local/<date>-<cpu>-<n>cpu, with
//		-2, -3, … appended where that is taken. A folder that holds a study is refused.
//
// # What is seen beside a sample
//
// samples.jsonl has, for each sample, what may explain it: the round trip of a cache
// line between two CPUs just before (a hypervisor that moves them shows in nothing
// else), how long work took that fills a core (another guest on its second hardware
// thread shows in nothing else), the machine's load, the processor time that others
// had on these CPUs and what of it other guests had, how long a cgroup's quota held it
// back, its context switches and peak memory, the garbage collector's share of its
// processor time and the 99th percentile of how long a ready goroutine waited. Of the
// control and of others' time an alarm is made:
// when the control, smoothed over five rounds, moves by more than 25 %, or others
// have more than a quarter of a CPU (2 % of all, if that is more) for three quarters of
// a second, machine.json and the end of the run say so, and so they do when the work that fills
// a core scatters by more than 5 % (median distance from the median), or cells turn out
// to be timed for less than a quarter of what they should be. A busy machine, a clock
// that is not the CPU's own and a quota below the CPUs asked for are told at the start.
//
// # When things go wrong
//
//	-resume DIR
//		Go on with a study that was cut off, as it was begun. With it go only -pkg, -bin
//		and -with, for entrants that lay outside of this folder: a study does not keep
//		where. Another binary, another machine, quota or Go environment is refused.
//
// A sample that fails, crashes or hangs (30 s, or 20 times what was expected)
// is killed with all its processes and recorded with the end of its output; the
// study goes on and measure says so at the end. A case that fails even while its
// number of operations is sought is recorded once and left out of the rounds. If the
// machine held a case up just then, its first sample is far too short: its number is
// sought again, and the samples count from there.
// Ctrl-C, SIGTERM, kill -9 and a full disk cost the sample in flight at most. A program that
// is gone, or was replaced, ends the study, and so does a system that starts no more processes:
// put back what was there, and go on.
//
// Binaries are built in the user's cache folder, in crossover, by their content; what
// nobody has used for a week is removed there by the next run. They are built without cgo,
// unless CGO_ENABLED is set: with it a process takes longer to start, and whether there is
// a C compiler would decide what is measured.
//
// The exit status is 0 if every sample is good, 1 if something failed, 2 for a
// mistake on the command line and 130 after an interruption.
//
// # On a machine without Go
//
// What is measured there is built elsewhere, with GOOS and GOARCH if that is another system,
// and copied with the two commands:
//
//	CGO_ENABLED=0 go test -c -trimpath -buildvcs=true -o there/ ./bench ./bench/peers ./internal/selftest
//	CGO_ENABLED=0 go build -trimpath -o there/ ./cmd/measure ./cmd/report
//
// In that folder, there:
//
//	./measure -pkg ./bench,./bench/peers -bin bench.test,peers.test -o first
//	./report first
//
// The study says of which commit the binary is, if that was stamped into it (-buildvcs).
// And the instrument is tested there by
//
//	./measure -selftest -bin selftest.test -o first-selftest
//
// -selftest=full and -studies need Go.
//
// # From which to why
//
//	-profile CASE
//		Run one case (its name, or an expression that matches no other) under each
//		profiler in turn, and say how to open the results: CPU, mutex, block, and an
//		execution trace. -o, -cpus, -gomaxprocs, -grid and -pkg apply.
//
// # Does it tell the truth
//
//	-selftest, -selftest=full
//		Measure, on this machine, entrants that are the same code under many names and
//		the same with 2, 5 and 10 % more work, by the same rounds, and print how often
//		the same is called different, the true ratio lies outside its interval, a
//		slowdown is missed, and the alarm fails with a hog or without one. It starts fifty
//		thousand processes, which takes some six minutes. If they do not find a slowdown
//		of 5 % in four of five tries, it goes on with those entrants until they do or each
//		pair has had a minute. full takes more than an hour: it measures five times as
//		much, and two studies of ./bench, 32 rounds each, whose advice it compares (unless
//		-studies names two).
//		-rounds or -until is the rule it certifies. It leaves selftest.json and selftest.md
//		in -o, and ends with status 1 if a figure misses its target. Interrupted, it
//		judges the rounds it has.
//	-studies DIR,DIR
//		Two studies of the same code whose advice to compare: with -selftest as part of
//		it, else alone. It takes seconds, and ends with status 1 if a figure misses its
//		target.
//
// # The protocol
//
// An entrant is a command that answers two calls. A Go test binary that takes these
// flags beside its own is one already; internal/selftest is the shortest example, and
// testdata/peer.sh one in shell.
//
//	COMMAND -catalog -grid=quick|full
//
// prints its catalog as JSON (package internal/catalog says what is in it) and exits
// with 0; or with 3, after one line on standard error, if it cannot run here. The
// catalog of any but the first entrant is a supplement: of a pattern that the first has, it
// gives the name, its variants (other names), its cases and the ids of their
// situations; floors and guarantees if it has any. Axes and verdicts are the first one's.
//
//	COMMAND -test.run=^$ -test.bench=^A$/^b=c$/… -test.benchtime=100x|10ms
//	        -test.cpu=P -grid=G -spin=N [-pin=one|split] [-capacity=NS]
//
// runs exactly that case, 100 operations or as many as take 10 ms, with P as the
// parallelism of its runtime, and prints it in the Go benchmark format: one line
// "A/b=c-P 100 1234 ns/op …" (without -P where P is 1), Unit lines if it likes. N is
// the rate of calibrated work in iterations per microsecond, as the first entrant
// printed it when called with -calibrate-spin alone. A number with an x in the name is for
// each CPU that the process may use, its parallelism at most: workers=2x. NS is the ns/op
// of the case that the catalog names as capacity_of, found in the same study and place: an
// open-loop case offers a share of that rate. Time is counted by the entrant, from a start
// of all parties to the end of the last one, per operation; a wrong result is no result
// but an exit status. It prints 4 MiB at most. Its workers end with it: what is left of its process
// group is killed, what has left the group is not found. Where measure itself is killed by
// kill -9, Linux ends the entrant's own process, and its workers have to notice that. Unit
// lines about ns/op are ignored: raw.txt would say it of everybody's.
//
// Two variables name files that it may write as it ends: CROSSOVER_HISTOGRAM, its
// latencies in ns as HdrHistogram V2, compressed and in base64, on one line; and
// CROSSOVER_RUNTIME, {"gc_share": 0.01, "gc_cycles": 3, "sched_p99_ns": 9000}. Both end up
// in samples.jsonl and not in raw.txt, where benchstat would compare them. TMPDIR, and TMP and
// TEMP as Windows has it, is a folder of the sample's own that is removed after it, or a week
// after measure was killed by kill -9: an entrant that is killed need not clean up.
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

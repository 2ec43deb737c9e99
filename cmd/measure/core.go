package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"crossover/internal/stat"
	"crossover/internal/study"
)

const (
	coreSteps = 8_000 // some 20 µs
	coreParts = 3
)

// coreProbe is how long a fixed piece of work takes that has something to do for every
// unit of a core in every cycle, in ns, the median of three. Another guest on the
// core's second hardware thread takes up to half of the units, and neither load nor
// steal time shows it; nor does the control, a chain of multiplications that leaves
// most units idle. It is 0 on Windows, whose clock does not move in the meantime.
func coreProbe() float64 {
	if runtime.GOOS == "windows" {
		return 0
	}
	var took [coreParts]float64
	for i := range took {
		start := time.Now()
		coreSink.Store(fillCore(coreSteps))
		took[i] = float64(time.Since(start))
	}
	slices.Sort(took[:])
	return took[coreParts/2]
}

var coreSink atomic.Uint64

// fillCore does additions none of which waits for the one before.
//
//go:noinline
func fillCore(steps uint64) uint64 {
	a, b, c, d, e, f, g, h := uint64(1), uint64(2), uint64(3), uint64(4), uint64(5), uint64(6), uint64(7), uint64(8)
	for i := range steps {
		a += i ^ b
		c += i ^ d
		e += i ^ f
		g += i ^ h
		b ^= i + 1
		d ^= i + 2
		f ^= i + 3
		h ^= i + 4
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h
}

// sharedCores is the warning that the cores were not the study's own, if they were not.
func sharedCores(probes []float64) []string {
	scatter, err := stat.Scatter(probes)
	if err != nil || scatter <= study.SharedCore {
		return nil
	}
	return []string{fmt.Sprintf("The cores were shared while it measured: work that fills a core took ±%.0f %% from sample to sample (median), whatever the control says. More rounds narrow the intervals, a machine without neighbours narrows them more.", 100*scatter)}
}

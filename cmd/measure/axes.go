package main

import (
	"runtime"
	"slices"

	"crossover/internal/affinity"
)

// axes returns the values of cpus and GOMAXPROCS, ascending: those asked for or
// the default ones on a machine with n usable CPUs. A cgroup's quota of CPU time, in CPUs or 0,
// bounds the default: beyond it every process would be throttled.
func axes(o *options, n int, quota float64) (cpus, procs []int, err error) {
	cpus, procs = o.cpus, o.procs
	most := n
	if quota > 0 {
		most = min(n, max(1, int(quota)))
	}
	switch {
	case !affinity.Settable:
		if cpus != nil && !slices.Equal(cpus, []int{n}) {
			return nil, nil, usagef("-cpus %d: on %s a process always has all %d CPUs", slices.Max(cpus), runtime.GOOS, n)
		}
		cpus = []int{n}
	case cpus == nil:
		cpus = defaultCPUs(most)
	case slices.Max(cpus) > n:
		return nil, nil, usagef("-cpus %d: measure itself may use %d", slices.Max(cpus), n)
	}
	if procs == nil {
		procs = defaultProcs(max(most, slices.Max(cpus)))
	}
	return cpus, procs, nil
}

// defaultCPUs is 1, the powers of two up to n, and n.
func defaultCPUs(n int) []int {
	list := []int{n}
	for i := 1; i < n; i *= 2 {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

// defaultProcs is the same and twice n: what a Go process does that takes its
// machine for larger than its quota.
func defaultProcs(n int) []int { return append(defaultCPUs(n), 2*n) }

// pair is the size of a process's affinity mask and its GOMAXPROCS.
type pair struct{ cpus, procs int }

// pairs combines both axes. star keeps, for each number of CPUs, GOMAXPROCS 1,
// the same and twice as many.
func pairs(cpus, procs []int, star bool) []pair {
	var ps []pair
	for _, c := range cpus {
		for _, p := range procs {
			if !star || p == 1 || p == c || p == 2*c {
				ps = append(ps, pair{c, p})
			}
		}
	}
	return ps
}

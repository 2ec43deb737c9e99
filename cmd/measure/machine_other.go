//go:build !linux

package main

import (
	"runtime"

	"crossover/internal/study"
)

// hardware fills in what is known without asking this kernel.
func hardware(m *study.Machine) { m.CPUs = runtime.NumCPU() }

// loadAverage is not known here.
func loadAverage() float64 { return 0 }

// cpuQuota is not known here.
func cpuQuota() float64 { return 0 }

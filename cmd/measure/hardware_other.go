//go:build !linux && !darwin && !windows

package main

import (
	"runtime"

	"crossover/internal/study"
)

// hardware fills in what is known without asking this kernel.
func hardware(m *study.Machine) { m.CPUs = runtime.NumCPU() }

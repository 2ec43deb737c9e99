//go:build !linux

package main

// loadAverage is not known here.
func loadAverage() float64 { return 0 }

// cpuQuota is not known here.
func cpuQuota() float64 { return 0 }

//go:build !linux

package main

import "runtime"

// usableCPUs lists the CPUs that this process may use.
func usableCPUs() ([]int, error) {
	var cpus []int
	for cpu := range runtime.NumCPU() {
		cpus = append(cpus, cpu)
	}
	return cpus, nil
}

//go:build !linux

package affinity

import "runtime"

// Settable is whether a process can be kept to some CPUs here.
const Settable = false

// CPUs numbers the CPUs that this process may use; which they are nobody can say there.
func CPUs() ([]int, error) {
	var numbers []int
	for n := range runtime.NumCPU() {
		numbers = append(numbers, n)
	}
	return numbers, nil
}

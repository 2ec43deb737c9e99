package affinity

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Settable is whether a process can be kept to some CPUs here.
const Settable = true

// CPUs lists the CPUs that the calling thread may use, by number: those of different cores
// first.
func CPUs() ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, fmt.Errorf("reading CPU affinity: %w", err)
	}
	var numbers []int
	for n := 0; len(numbers) < set.Count(); n++ {
		if set.IsSet(n) {
			numbers = append(numbers, n)
		}
	}
	return coresFirst(os.DirFS("/"), numbers), nil
}

//go:build !linux

package role

import (
	"errors"
	"fmt"
	"time"
)

func setAffinity(cpus []int) error {
	return fmt.Errorf("pinning to CPUs %v: %w", cpus, errors.ErrUnsupported)
}

func offFirstThread(f func()) { f() } // there is no mask to keep

func threadCPU() time.Duration { return 0 }

// ProcessCPU is the processor time of another live process. Elsewhere than on
// Linux: errors.ErrUnsupported.
func ProcessCPU(pid int) (time.Duration, error) {
	return 0, fmt.Errorf("CPU clock of process %d: %w", pid, errors.ErrUnsupported)
}

//go:build unix && !linux

package role

import (
	"errors"
	"fmt"
	"os/exec"
	"time"
)

func startOn(cmd *exec.Cmd, cpus []int) error {
	if len(cpus) > 0 {
		return setAffinity(cpus)
	}
	return cmd.Start()
}

// ProcessCPU is the processor time of another live process. Elsewhere than on
// Linux: errors.ErrUnsupported.
func ProcessCPU(pid int) (time.Duration, error) {
	return 0, fmt.Errorf("CPU clock of process %d: %w", pid, errors.ErrUnsupported)
}

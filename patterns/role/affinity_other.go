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

func threadCPU() time.Duration { return 0 }

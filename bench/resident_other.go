//go:build !linux

package bench

import (
	"errors"
	"fmt"
)

// resident is the memory in bytes that a live process keeps the machine from
// using otherwise. Pid 0 is this process.
func resident(pid int) (int64, error) {
	return 0, fmt.Errorf("resident memory of process %d: %w", pid, errors.ErrUnsupported)
}

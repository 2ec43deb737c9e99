//go:build unix

package pipe

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// duplicate makes a second descriptor of what fd refers to.
func duplicate(fd uintptr, name string) (*os.File, error) {
	d, err := unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("duplicating a descriptor: %w", err)
	}
	return os.NewFile(uintptr(d), name), nil
}

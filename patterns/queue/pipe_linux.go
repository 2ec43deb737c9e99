package queue

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const (
	pipeBuf      = 4096
	smallestPipe = 4096 // one page
	largestPipe  = 1 << 20
)

// setPipeCapacity sizes the pipe; the kernel rounds up to a power of two pages.
// Without CAP_SYS_RESOURCE, which root may lack too, /proc/sys/fs/pipe-max-size is the
// limit, commonly largestPipe.
func setPipeCapacity(w *os.File, bytes int) error {
	got, err := unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, bytes)
	switch {
	case err != nil:
		return fmt.Errorf("making a pipe of %d bytes: %w", bytes, err)
	case got < bytes: // the kernel looks at the lower 32 bits
		return fmt.Errorf("making a pipe of %d bytes: it holds %d", bytes, got)
	}
	return nil
}

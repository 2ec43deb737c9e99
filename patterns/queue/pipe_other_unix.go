//go:build unix && !linux

package queue

import (
	"fmt"
	"os"
)

const (
	pipeBuf      = 512      // the least that POSIX promises
	smallestPipe = 64 << 10 // what the system gives; it cannot be asked for another
	largestPipe  = smallestPipe
)

func setPipeCapacity(_ *os.File, bytes int) error {
	if bytes > largestPipe {
		return fmt.Errorf("a pipe holds %d bytes on this platform, not %d", largestPipe, bytes)
	}
	return nil
}

//go:build unix && !linux

package queue

import (
	"fmt"
	"os"
)

const (
	pipeBuf  = 512      // the least that POSIX promises
	pipeSize = 64 << 10 // what the system gives; it cannot be asked for another
)

// minPipeCapacity is half of what the pipe holds: a queue has room for twice its capacity
// at most.
func minPipeCapacity(size int) int { return max(1, (maxPipeCapacity(size)+1)/2) }

func maxPipeCapacity(size int) int { return pipeSize / max(1, size) }

func sizePipe(_ *os.File, capacity, size int) error {
	if most := maxPipeCapacity(size); capacity > most {
		return fmt.Errorf("a pipe holds %d items of %d bytes on this platform, not %d", most, size, capacity)
	}
	return nil
}

//go:build unix

package role

import (
	"fmt"
	"os"
	"syscall"
)

// Pipe is os.Pipe for ends that will be handed to worker processes. os.Pipe's
// own ends fall back to blocking mode when they are (golang/go#24331: File.Fd),
// and with them this side's deadlines stop working, since the mode belongs to
// the pipe and not to the descriptor. Ends made here stay in the poller on both
// sides.
func Pipe() (r, w *os.File, err error) {
	var p [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := syscall.Pipe(p[:]); err != nil {
		return nil, nil, fmt.Errorf("making a pipe: %w", err)
	}
	for _, fd := range p {
		syscall.CloseOnExec(fd)
		if err := syscall.SetNonblock(fd, true); err != nil {
			syscall.Close(p[0])
			syscall.Close(p[1])
			return nil, nil, fmt.Errorf("making a pipe: %w", err)
		}
	}
	return os.NewFile(uintptr(p[0]), "pipe"), os.NewFile(uintptr(p[1]), "pipe"), nil
}

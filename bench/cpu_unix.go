//go:build unix

package bench

import (
	"syscall"
	"time"
)

// selfCPU is the processor time this process has used, and whether the platform
// says.
func selfCPU() (time.Duration, bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}

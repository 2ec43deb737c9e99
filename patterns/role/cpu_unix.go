//go:build unix

package role

import (
	"syscall"
	"time"
)

// SelfCPU is the processor time that this process has used, and whether the platform
// says.
func SelfCPU() (used time.Duration, known bool) { return rusage(syscall.RUSAGE_SELF) }

func rusage(who int) (used time.Duration, known bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}

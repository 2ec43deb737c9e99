//go:build unix

package roletest

import (
	"syscall"
	"testing"
	"time"
)

// Reaped is the processor time of the processes that this one has waited for.
func Reaped(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

package shm

import (
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// WaitFor is Wait for a limited time; it reports whether that ran out. It is for a
// caller that has to look after the one who should wake it.
func WaitFor(word *atomic.Uint32, val uint32, d time.Duration) (timedOut bool) {
	t := unix.NsecToTimespec(int64(d))
	_, _, err := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(val), uintptr(unsafe.Pointer(&t)), 0, 0)
	return err == unix.ETIMEDOUT
}

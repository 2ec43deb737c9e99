package roletest

import "syscall"

// Thread is the id of the thread that calls it.
func Thread() int { return syscall.Gettid() }

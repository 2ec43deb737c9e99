package roletest

import (
	"os"
	"runtime"
	"syscall"
)

// Thread is the id of the thread that calls it.
func Thread() int { return syscall.Gettid() }

// HoldFirstThread keeps the process's first thread, which does not end with a goroutine, from
// running any until it is released; unless it is busy all the while.
func HoldFirstThread() (release func()) {
	done := make(chan struct{})
	for range 64 { // each holds a thread, so that the next gets another
		first := make(chan bool)
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			first <- syscall.Gettid() == os.Getpid()
			<-done
		}()
		if <-first {
			break
		}
	}
	return func() { close(done) }
}

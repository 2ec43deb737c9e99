package clock

import (
	"syscall"
	"time"
	"unsafe"
)

var (
	kernel32  = syscall.NewLazyDLL("kernel32.dll")
	counter   = kernel32.NewProc("QueryPerformanceCounter")
	perSecond = query(kernel32.NewProc("QueryPerformanceFrequency"))
	epoch     = time.Now()
	atEpoch   = query(counter)
)

// query cannot fail since Windows XP.
func query(p *syscall.LazyProc) (n int64) {
	syscall.SyscallN(p.Addr(), uintptr(unsafe.Pointer(&n)))
	return n
}

// Now is the time of the performance counter. It is that of time.Now to some milliseconds,
// and further from it the longer the program runs: two clocks are never as fast.
func Now() time.Time {
	ticks := query(counter) - atEpoch
	whole, part := ticks/perSecond, ticks%perSecond
	return epoch.Add(time.Duration(whole)*time.Second + time.Duration(part*int64(time.Second)/perSecond))
}

// Since is the time that has passed since t, which Now returned.
func Since(t time.Time) time.Duration { return Now().Sub(t) }

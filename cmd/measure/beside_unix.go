//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"

	"crossover/internal/study"
)

// usage adds what the kernel counted of a process that ended and of the workers it
// waited for.
func usage(p *os.ProcessState, b *study.Beside) {
	if p == nil {
		return
	}
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return
	}
	b.Voluntary, b.Involuntary = int64(u.Nvcsw), int64(u.Nivcsw)
	b.MaxRSSKiB = int64(u.Maxrss)
	if runtime.GOOS == "darwin" {
		b.MaxRSSKiB /= 1024 // bytes there
	}
}

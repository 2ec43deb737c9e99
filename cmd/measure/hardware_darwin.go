package main

import (
	"runtime"

	"golang.org/x/sys/unix"

	"crossover/internal/study"
)

// hardware fills in what the kernel says about the machine.
func hardware(m *study.Machine) {
	m.CPUs = runtime.NumCPU()
	m.CPU, _ = unix.Sysctl("machdep.cpu.brand_string")
	m.Kernel, _ = unix.Sysctl("kern.osrelease")
	if bytes, err := unix.SysctlUint64("hw.memsize"); err == nil {
		m.MemoryMiB = int(bytes >> 20)
	}
	guest, err := unix.SysctlUint32("kern.hv_vmm_present")
	m.Virtual = err == nil && guest != 0
}

package main

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"crossover/internal/study"
)

// hardware fills in what Windows says about the machine.
func hardware(m *study.Machine) {
	m.CPUs = runtime.NumCPU()
	v := windows.RtlGetVersion()
	m.Kernel = fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
	const cpu = `HARDWARE\DESCRIPTION\System\CentralProcessor\0`
	if key, err := registry.OpenKey(registry.LOCAL_MACHINE, cpu, registry.QUERY_VALUE); err == nil {
		defer key.Close()
		name, _, _ := key.GetStringValue("ProcessorNameString") // "" if there is none
		m.CPU = strings.TrimSpace(name)
	}
}

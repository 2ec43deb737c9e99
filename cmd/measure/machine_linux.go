package main

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"crossover/internal/study"
)

// hardware fills in what the kernel says about the machine.
func hardware(m *study.Machine) {
	root := os.DirFS("/")
	if cpus, err := usableCPUs(); err == nil {
		m.CPUs = len(cpus)
	}
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		m.Kernel = unix.ByteSliceToString(uts.Release[:])
	}
	m.CPU, m.Virtual = cpuInfo(root)
	m.Quota, _ = quota(root)
	m.Clock = text(root, "sys/devices/system/clocksource/clocksource0/current_clocksource")
	m.Governor = text(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	m.MemoryMiB = memoryMiB(root)
}

// loadAverage is the machine's over the last minute.
func loadAverage() float64 {
	first, _, _ := strings.Cut(text(os.DirFS("/"), "proc/loadavg"), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return load
}

// cpuQuota is how many CPUs' worth of time the cgroup allows, 0 for no limit.
func cpuQuota() float64 {
	_, cpus := quota(os.DirFS("/"))
	return cpus
}

// text is the content of a small file, "" if it cannot be read: none of these
// exists on every machine.
func text(root fs.FS, name string) string {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// field returns the value of the first line "key : value".
func field(lines, key string) string {
	for line := range strings.Lines(lines) {
		k, v, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func cpuInfo(root fs.FS) (model string, virtual bool) {
	info := text(root, "proc/cpuinfo")
	_, err := fs.Stat(root, "sys/hypervisor/type")
	hypervisor := strings.Contains(" "+field(info, "flags")+" ", " hypervisor ")
	return field(info, "model name"), hypervisor || err == nil
}

func memoryMiB(root fs.FS) int {
	kib, _, _ := strings.Cut(field(text(root, "proc/meminfo"), "MemTotal"), " ")
	n, _ := strconv.Atoi(kib)
	return n / 1024
}

// quota is the tightest cpu.max of this process's cgroup and those around it
// (cgroup v2), as written there and in CPUs; "" and 0 without a limit.
func quota(root fs.FS) (max string, cpus float64) {
	group := ""
	for line := range strings.Lines(text(root, "proc/self/cgroup")) {
		if v2, ok := strings.CutPrefix(line, "0::"); ok {
			group = strings.TrimSpace(v2)
		}
	}
	cpus = math.Inf(1)
	for dir := path.Join("/", group); ; dir = path.Dir(dir) {
		limit := text(root, path.Join("sys/fs/cgroup", dir, "cpu.max"))
		if n, ok := parseMax(limit); ok && n < cpus {
			max, cpus = limit, n
		}
		if dir == "/" {
			break
		}
	}
	if max == "" {
		return "", 0
	}
	return max, cpus
}

// parseMax reads "150000 100000", 1.5 CPUs; "max 100000" is no limit.
func parseMax(s string) (float64, bool) {
	quota, period, _ := strings.Cut(s, " ")
	q, err1 := strconv.ParseFloat(quota, 64)
	p, err2 := strconv.ParseFloat(period, 64)
	return q / p, err1 == nil && err2 == nil && p > 0
}

package main

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"crossover/internal/affinity"
	"crossover/internal/study"
)

// hardware fills in what the kernel says about the machine.
func hardware(m *study.Machine) {
	root := os.DirFS("/")
	if cpus, err := affinity.CPUs(); err == nil {
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
	m.HugePages = chosen(text(root, "sys/kernel/mm/transparent_hugepage/enabled"))
	m.Topology = topology(root)
	m.Limits = limits(root)
}

// chosen is the word in brackets of "always [madvise] never".
func chosen(s string) string {
	_, s, _ = strings.Cut(s, "[")
	s, _, _ = strings.Cut(s, "]")
	return s
}

// topology reads how the CPUs hang together; nil if the kernel does not say.
func topology(root fs.FS) *study.Topology {
	const dir = "sys/devices/system/cpu"
	cpus, _ := fs.Glob(root, dir+"/cpu[0-9]*")
	t := &study.Topology{SMT: text(root, dir+"/smt/control")}
	sockets, cores := map[string]bool{}, map[string]bool{}
	for _, cpu := range cpus {
		socket := text(root, cpu+"/topology/physical_package_id")
		core := text(root, cpu+"/topology/core_id")
		if core == "" { // offline
			continue
		}
		t.Threads++
		sockets[socket] = true
		cores[socket+"/"+text(root, cpu+"/topology/die_id")+"/"+core] = true
	}
	if t.Threads == 0 {
		return nil
	}
	t.Sockets, t.Cores = len(sockets), len(cores)
	nodes, _ := fs.Glob(root, "sys/devices/system/node/node[0-9]*")
	t.NUMA = len(nodes)
	caches, _ := fs.Glob(root, dir+"/cpu0/cache/index[0-9]*")
	for _, c := range caches {
		name := "L" + text(root, c+"/level")
		switch text(root, c+"/type") {
		case "Data":
			name += "d"
		case "Instruction":
			name += "i"
		}
		name += " " + text(root, c+"/size")
		if shared := text(root, c+"/shared_cpu_list"); strings.ContainsAny(shared, ",-") {
			name += " shared by " + shared
		}
		t.Caches = append(t.Caches, name)
	}
	return t
}

// limits are those of the cgroup (version 2) that are set, beside cpu.max.
func limits(root fs.FS) map[string]string {
	group := cgroup(root)
	set := map[string]string{}
	for _, name := range []string{"memory.max", "memory.high", "pids.max", "cpuset.cpus", "cpu.weight"} {
		if v := text(root, path.Join("sys/fs/cgroup", group, name)); v != "" && v != "max" {
			set[name] = v
		}
	}
	if len(set) == 0 {
		return nil
	}
	return set
}

// cgroup is this process's, of version 2.
func cgroup(root fs.FS) (group string) {
	for line := range strings.Lines(text(root, "proc/self/cgroup")) {
		if v2, ok := strings.CutPrefix(line, "0::"); ok {
			group = strings.TrimSpace(v2)
		}
	}
	return group
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

// quota is the tightest limit on the time of this process's cgroup and those around
// it, as cpu.max writes it and in CPUs; "" and 0 without a limit.
func quota(root fs.FS) (max string, cpus float64) {
	cpus = math.Inf(1)
	tighten := func(limit string) {
		if n, ok := parseMax(limit); ok && n < cpus {
			max, cpus = limit, n
		}
	}
	for dir := path.Join("/", cgroup(root)); ; dir = path.Dir(dir) {
		tighten(text(root, path.Join("sys/fs/cgroup", dir, "cpu.max")))
		if dir == "/" {
			break
		}
	}
	// Version 1 keeps the same in two files beside cpu.stat; −1 is no limit.
	if stat := cpuStat(root); stat != "" {
		q, period := text(root, path.Join(path.Dir(stat), "cpu.cfs_quota_us")), text(root, path.Join(path.Dir(stat), "cpu.cfs_period_us"))
		if q != "" && !strings.HasPrefix(q, "-") {
			tighten(q + " " + period)
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

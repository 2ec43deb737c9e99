package main

import (
	"testing"
	"testing/fstest"
)

func TestCPUInfo(t *testing.T) {
	root := fstest.MapFS{"proc/cpuinfo": {Data: []byte(
		"processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu hypervisor lm\n\nprocessor\t: 1\nmodel name\t: other\n")}}
	if model, virtual := cpuInfo(root); model != "AMD EPYC" || !virtual {
		t.Errorf("%q, virtual %v", model, virtual)
	}
	root["proc/cpuinfo"].Data = []byte("model name : Xeon\nflags : fpu hypervisor_not lm\n")
	if model, virtual := cpuInfo(root); model != "Xeon" || virtual {
		t.Errorf("%q, virtual %v", model, virtual)
	}
	if model, virtual := cpuInfo(fstest.MapFS{}); model != "" || virtual {
		t.Errorf("without /proc: %q, virtual %v", model, virtual)
	}
}

func TestMemory(t *testing.T) {
	root := fstest.MapFS{"proc/meminfo": {Data: []byte("MemTotal:       2048000 kB\nMemFree: 1 kB\n")}}
	if got := memoryMiB(root); got != 2000 {
		t.Errorf("%d MiB, want 2000", got)
	}
}

func TestQuota(t *testing.T) {
	group := &fstest.MapFile{Data: []byte("0::/a/b\n")}
	for _, test := range []struct {
		name string
		root fstest.MapFS
		want string
		cpus float64
	}{
		{"no cgroups", fstest.MapFS{}, "", 0},
		{"no limit", fstest.MapFS{"proc/self/cgroup": group, "sys/fs/cgroup/a/b/cpu.max": {Data: []byte("max 100000\n")}}, "", 0},
		{"a limit", fstest.MapFS{"proc/self/cgroup": group, "sys/fs/cgroup/a/b/cpu.max": {Data: []byte("150000 100000\n")}}, "150000 100000", 1.5},
		{"tighter above", fstest.MapFS{
			"proc/self/cgroup":          group,
			"sys/fs/cgroup/a/b/cpu.max": {Data: []byte("400000 100000\n")},
			"sys/fs/cgroup/a/cpu.max":   {Data: []byte("50000 100000\n")},
		}, "50000 100000", 0.5},
		{"in a container", fstest.MapFS{"proc/self/cgroup": {Data: []byte("0::/\n")}, "sys/fs/cgroup/cpu.max": {Data: []byte("200000 100000\n")}}, "200000 100000", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, cpus := quota(test.root); got != test.want || cpus != test.cpus {
				t.Errorf("quota %q, %v CPUs; want %q, %v", got, cpus, test.want, test.cpus)
			}
		})
	}
}

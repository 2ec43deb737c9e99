package main

import (
	"testing"
	"testing/fstest"
	"time"

	"crossover/internal/affinity"
)

func TestCPUTimes(t *testing.T) {
	const stat = "cpu  9 9 9 99 9 0 0 0\ncpu0 1 0 1 100 20 0 0 6\ncpu1 1 0 1 300 5 0 0 1\ncpu2 1 0 1 7 7 0 0 3\nintr 5\n"
	if idle, stolen, ok := cpuTimes(stat, []int{0, 1}); !ok || idle != 4250*time.Millisecond || stolen != 70*time.Millisecond {
		t.Errorf("idle %v, stolen %v, %v", idle, stolen, ok)
	}
	for _, bad := range []string{"", "cpu0 1 2\n", "cpu0 1 0 1 x 20 0 0 0\ncpu1 1 0 1 1 1 0 0 0\n"} {
		if _, _, ok := cpuTimes(bad, []int{0, 1}); ok {
			t.Errorf("%q has times", bad)
		}
	}
}

func TestThrottled(t *testing.T) {
	v2 := fstest.MapFS{
		"proc/self/cgroup":         {Data: []byte("0::/a\n")},
		"sys/fs/cgroup/a/cpu.stat": {Data: []byte("usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n")},
	}
	v1 := fstest.MapFS{
		"proc/self/cgroup":                      {Data: []byte("9:name=systemd:/\n1:cpu:/b\n0::/\n")},
		"sys/fs/cgroup/cpu/b/cpu.stat":          {Data: []byte("nr_periods 5\nnr_throttled 2\nthrottled_time 1500000\n")},
		"sys/fs/cgroup/cpu/b/cpu.cfs_quota_us":  {Data: []byte("150000\n")},
		"sys/fs/cgroup/cpu/b/cpu.cfs_period_us": {Data: []byte("100000\n")},
	}
	for name, root := range map[string]fstest.MapFS{"sys/fs/cgroup/a/cpu.stat": v2, "sys/fs/cgroup/cpu/b/cpu.stat": v1} {
		if got := cpuStat(root); got != name || throttledTime(text(root, got)) != 1500*time.Microsecond {
			t.Errorf("%q says %v, want %s", got, throttledTime(text(root, got)), name)
		}
	}
	if got := cpuStat(fstest.MapFS{}); got != "" || throttledTime("") != 0 {
		t.Errorf("without cgroups: %q", got)
	}
	if got, cpus := quota(v1); got != "150000 100000" || cpus != 1.5 {
		t.Errorf("quota of version 1: %q, %v", got, cpus)
	}
	v1["sys/fs/cgroup/cpu/b/cpu.cfs_quota_us"].Data = []byte("-1\n")
	if got, _ := quota(v1); got != "" {
		t.Errorf("no quota of version 1: %q", got)
	}
}

// A hog on one of the CPUs is somebody else; this process and its children are not.
func TestWatch(t *testing.T) {
	cpus, err := affinity.CPUs()
	if err != nil {
		t.Fatal(err)
	}
	w := newWatch(cpus)
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
	}
	seen := w.look()
	if free := time.Duration(len(cpus))*300*time.Millisecond + time.Second; seen.others < -100*time.Millisecond || seen.others > free || seen.stolen < 0 || seen.throttled < 0 {
		t.Errorf("seen was %+v", seen)
	}
}

func TestProbe(t *testing.T) {
	cpus, err := affinity.CPUs()
	if err != nil {
		t.Fatal(err)
	}
	p := newProbe(cpus)
	defer p.close()
	for range 20 {
		if got := p.run(); len(cpus) > 1 && got <= 0 || len(cpus) < 2 && got != 0 {
			t.Errorf("%v ns", got)
		}
	}
	if got := newProbe(cpus[:1]).run(); got != 0 {
		t.Errorf("one CPU: %v ns", got)
	}
}

func TestTopology(t *testing.T) {
	root := fstest.MapFS{
		"sys/devices/system/cpu/smt/control":                       {Data: []byte("on\n")},
		"sys/devices/system/node/node0/cpulist":                    {Data: []byte("0-1\n")},
		"sys/devices/system/cpu/cpu0/cache/index0/level":           {Data: []byte("1\n")},
		"sys/devices/system/cpu/cpu0/cache/index0/type":            {Data: []byte("Data\n")},
		"sys/devices/system/cpu/cpu0/cache/index0/size":            {Data: []byte("32K\n")},
		"sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list": {Data: []byte("0-1\n")},
	}
	for _, cpu := range []string{"cpu0", "cpu1"} {
		root["sys/devices/system/cpu/"+cpu+"/topology/physical_package_id"] = &fstest.MapFile{Data: []byte("0\n")}
		root["sys/devices/system/cpu/"+cpu+"/topology/core_id"] = &fstest.MapFile{Data: []byte("3\n")}
	}
	got := topology(root)
	if got == nil || got.Threads != 2 || got.Cores != 1 || got.Sockets != 1 || got.NUMA != 1 || got.SMT != "on" || len(got.Caches) != 1 || got.Caches[0] != "L1d 32K shared by 0-1" {
		t.Errorf("topology %+v", got)
	}
	if got := topology(fstest.MapFS{}); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
	if got := chosen("always [madvise] never"); got != "madvise" {
		t.Errorf("chosen %q", got)
	}
}

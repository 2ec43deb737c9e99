package main

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A watch tells what happened on the CPUs of a study between two looks.
type watch struct {
	cpus []int
	stat string // the cgroup's cpu.stat, "" if there is none

	at           time.Time
	idle, stolen time.Duration
	own          time.Duration
	throttled    time.Duration
}

func newWatch(cpus []int) *watch {
	w := &watch{cpus: cpus, stat: cpuStat(os.DirFS("/"))}
	w.look()
	return w
}

// look returns what happened since the look before.
func (w *watch) look() (seen sight) {
	before := *w
	w.at = time.Now()
	w.own = ownCPU()
	idle, stolen, ok := cpuTimes(text(os.DirFS("/"), "proc/stat"), w.cpus)
	if ok {
		w.idle, w.stolen = idle, stolen
		busy := time.Duration(len(w.cpus))*w.at.Sub(before.at) - (w.idle - before.idle)
		seen.others = busy - (w.own - before.own)
		seen.stolen = w.stolen - before.stolen
	}
	if w.stat != "" {
		w.throttled = throttledTime(text(os.DirFS("/"), w.stat))
		seen.throttled = w.throttled - before.throttled
	}
	return seen
}

// cpuTimes sums columns of /proc/stat, which count in 1/100 s: idle and iowait, and steal.
func cpuTimes(stat string, cpus []int) (idle, stolen time.Duration, ok bool) {
	want := map[string]bool{}
	for _, c := range cpus {
		want["cpu"+strconv.Itoa(c)] = true
	}
	found := 0
	for line := range strings.Lines(stat) {
		if !strings.HasPrefix(line, "cpu") {
			break
		}
		fields := strings.Fields(line)
		if len(fields) < 9 || !want[fields[0]] {
			continue
		}
		var ticks [9]int64
		for _, i := range []int{4, 5, 8} {
			var err error
			if ticks[i], err = strconv.ParseInt(fields[i], 10, 64); err != nil {
				return 0, 0, false
			}
		}
		const tick = 10 * time.Millisecond
		idle += time.Duration(ticks[4]+ticks[5]) * tick
		stolen += time.Duration(ticks[8]) * tick
		found++
	}
	return idle, stolen, found == len(cpus) && found > 0
}

// ownCPU is the processor time of this process and of all it has waited for.
func ownCPU() (sum time.Duration) {
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if unix.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

// cpuStat finds the cpu.stat of this process's cgroup, of version 2 or 1.
func cpuStat(root fs.FS) string {
	for line := range strings.Lines(text(root, "proc/self/cgroup")) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			continue
		}
		var dirs []string
		switch {
		case fields[1] == "":
			dirs = []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}
		case strings.Contains(","+fields[1]+",", ",cpu,"):
			dirs = []string{"sys/fs/cgroup/" + fields[1], "sys/fs/cgroup/cpu"}
		}
		for _, dir := range dirs {
			name := path.Join(dir, fields[2], "cpu.stat")
			if strings.Contains(text(root, name), "throttled") {
				return name
			}
		}
	}
	return ""
}

// throttledTime reads throttled_usec (version 2) or throttled_time (1, in ns).
func throttledTime(stat string) time.Duration {
	for line := range strings.Lines(stat) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
		case key == "throttled_usec":
			return time.Duration(n) * time.Microsecond
		case key == "throttled_time":
			return time.Duration(n)
		}
	}
	return 0
}

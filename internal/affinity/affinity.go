// Package affinity lists the CPUs that a process may use, in the order in which a study takes
// them.
package affinity

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// cpu is where a CPU is. What the kernel does not say is 0, as it is of all then.
type cpu struct {
	number  int
	socket  int
	sibling int // which hardware thread of its core, from 0
	kind    int // of its core: 1 is an efficiency core
}

// coresFirst orders CPUs, ascending, so that whoever takes the first few gets as many cores: a
// core's second hardware thread comes after the first threads of all cores, those of
// efficiency cores after the others, and a second socket after the first. In order of their
// numbers the first two may be one core, as they are on many cloud machines, or on two sockets.
// root is the file system that holds /sys.
func coresFirst(root fs.FS, numbers []int) []int {
	siblings := map[string]int{}
	slow := listed(text(root, "sys/devices/cpu_atom/cpus"))
	var all []cpu
	for _, n := range numbers {
		c := cpu{number: n}
		if slices.Contains(slow, n) {
			c.kind = 1
		}
		about := func(name string) string {
			return text(root, path.Join("sys/devices/system/cpu", "cpu"+strconv.Itoa(n), "topology", name))
		}
		c.socket, _ = strconv.Atoi(about("physical_package_id"))
		if id := about("core_id"); id != "" {
			core := about("physical_package_id") + "/" + about("die_id") + "/" + id
			c.sibling = siblings[core]
			siblings[core]++
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b cpu) int {
		return cmp.Or(cmp.Compare(a.sibling, b.sibling), cmp.Compare(a.kind, b.kind), cmp.Compare(a.socket, b.socket))
	})
	ordered := make([]int, len(all))
	for i, c := range all {
		ordered[i] = c.number
	}
	return ordered
}

// listed reads a list of CPUs as the kernel writes it: 0-3,8.
func listed(list string) (numbers []int) {
	for part := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(first)
		if err != nil {
			continue
		}
		to := from
		if isRange {
			if to, err = strconv.Atoi(last); err != nil {
				continue
			}
		}
		for n := from; n <= to; n++ {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// text is the content of a small file, "" if it cannot be read.
func text(root fs.FS, name string) string {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

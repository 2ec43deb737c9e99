package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// resident is the memory in bytes that a live process keeps the machine from
// using otherwise: its proportional set size, in which a page that n processes
// share counts for 1/n in each. Pid 0 is this process.
func resident(pid int) (int64, error) {
	self := "self"
	if pid != 0 {
		self = strconv.Itoa(pid)
	}
	text, err := os.ReadFile("/proc/" + self + "/smaps_rollup")
	if err != nil {
		return 0, fmt.Errorf("reading resident memory: %w", err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var kib int64
		if n, _ := fmt.Sscanf(lines.Text(), "Pss: %d kB", &kib); n == 1 {
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("reading resident memory: no Pss in /proc/%s/smaps_rollup", self)
}

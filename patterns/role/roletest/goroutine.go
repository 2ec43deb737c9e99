package roletest

import (
	"fmt"
	"runtime"
	"strings"
)

// Goroutine is the number of the one that calls it, which the runtime gives once, and
// whether it is locked to its thread. The runtime tells both in stacks only.
func Goroutine() (number int, locked bool) {
	var buf [64]byte
	head, _, _ := strings.Cut(string(buf[:runtime.Stack(buf[:], false)]), "\n")
	fmt.Sscanf(head, "goroutine %d ", &number)
	return number, strings.Contains(head, "locked to thread")
}

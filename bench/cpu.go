package bench

import (
	"time"

	"crossover/patterns/role"
)

// cpuWith is the processor time so far of this process and of the worker processes that
// a pool or a spawner keeps, and whether the platform says.
func cpuWith(workers any) (used time.Duration, known bool) {
	used, known = role.SelfCPU()
	if w, ok := workers.(interface{ WorkersCPU() (time.Duration, error) }); ok {
		theirs, err := w.WorkersCPU()
		return used + theirs, known && err == nil
	}
	return used, known
}

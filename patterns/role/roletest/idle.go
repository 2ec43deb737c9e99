package roletest

import (
	"fmt"
	"runtime/metrics"
	"time"
)

// Idles checks that nobody but the caller runs in this process, or would if it had a
// CPU: in several looks in a row, for who has just come still runs for a while, and
// longer on a busy machine. Processor time was tempting and wrong: there who spins gets
// little of it, and who wakes now and then to look after others as much.
//
// A thread that spins in system calls is not seen.
func Idles() error {
	const most, enough = 1000, 10
	inRow := 0
	for range most {
		time.Sleep(500 * time.Microsecond)
		if inRow++; awake() > 1 {
			inRow = 0
		}
		if inRow == enough {
			return nil
		}
	}
	return fmt.Errorf("of those who wait, somebody was running: in %d looks at no %d in a row nobody was", most, enough)
}

// awake is how many goroutines run or wait for a CPU, the caller's included.
func awake() (n uint64) {
	states := []metrics.Sample{{Name: "/sched/goroutines/running:goroutines"}, {Name: "/sched/goroutines/runnable:goroutines"}}
	metrics.Read(states)
	for _, s := range states {
		n += s.Value.Uint64()
	}
	return n
}

package barrier

import (
	"runtime"
	"time"
)

// Spinning parties look again at once for a while, then let other goroutines run
// between two looks, and in the end let other threads run too. Without the last,
// spinning threads that outnumber the CPUs use up a whole time slice of the
// operating system's each.
const (
	looks  = 100  // about as long as the news takes from one CPU to another
	yields = 1000 // a party in this process needs its P
)

// pause is called between two looks, with how many there have been. It is small
// enough to be inlined: at first, looking must cost nothing but the look.
func pause(looked int) {
	if looked >= looks {
		yield(looked)
	}
}

func yield(looked int) {
	if looked < looks+yields {
		runtime.Gosched()
	} else {
		time.Sleep(50 * time.Microsecond) // the least to ask for; the timer's grain makes it longer
	}
}

package queue

import (
	"runtime"
	"time"
)

// cacheLine is what is kept between fields that different CPUs write, in bytes:
// processors fetch lines in pairs.
const cacheLine = 128

// spin is how the lock-free rings wait for a counterpart: let other goroutines
// run, and after many turns in vain let other threads run too. Without the
// latter, two spinning threads on one CPU each use up a whole time slice of the
// operating system's before the other gets on.
//
// Looking again at once, before the first yield, was tempting. It makes the two
// sides keep step, and then every item waits for a cache line to travel; the
// length of a yield lets one side get ahead.
type spin int

func (s *spin) wait() {
	const patience = 1000 // yields in vain
	if *s++; *s < patience {
		runtime.Gosched()
	} else {
		time.Sleep(50 * time.Microsecond) // the least to ask for; the timer's grain makes it longer
	}
}

// Package clock is the time of day and a monotonic clock that moves in small steps on
// every platform. Go's own does so everywhere but on Windows, where time.Now reads what
// the last timer interrupt wrote, half a millisecond to fifteen ago: nothing for
// measuring microseconds. (The testing package has a clock of its own there for that.)
package clock

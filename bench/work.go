package bench

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"crossover/internal/spin"
	"crossover/patterns/clock"
)

// descend uses so many bytes of stack and returns x.
func descend(bytes int, x uint64) uint64 {
	if bytes == 0 {
		return x
	}
	return deeper(bytes, x)
}

// stackFrame is what a call of deeper takes, its frame and what goes with it.
const stackFrame = 512

//go:noinline
func deeper(bytes int, x uint64) uint64 {
	var frame [(stackFrame - 32) / 8]uint64
	frame[x%uint64(len(frame))] = x
	if bytes > stackFrame {
		x = deeper(bytes-stackFrame, x+1) - 1
	}
	return frame[x%uint64(len(frame))]
}

// Work converts durations to spin iterations. One calibration serves a whole
// study: calibrating in each process would add its noise to every sample.
type Work struct {
	perMicrosecond int
}

// NewWork uses a rate given by -spin, or finds it out if that is 0.
func NewWork(perMicrosecond int) *Work {
	if perMicrosecond == 0 {
		perMicrosecond = Calibrate()
	}
	return &Work{perMicrosecond}
}

// Calibrate measures spin iterations per microsecond. It is the middle one of those of its
// runs that are nearly as fast as the fastest: the others waited for a CPU, on a busy
// machine most of them. A run lasts some two milliseconds, less than a scheduler's slice:
// over a tenth of that the speed of a virtual CPU scatters by a fifth.
func Calibrate() int {
	const iterations = 1_500_000
	var took [20]time.Duration
	for i := range took {
		took[i] = timeSpin(iterations)
	}
	slices.Sort(took[:])
	fastest := max(1, took[0])
	undisturbed, _ := slices.BinarySearch(took[:], fastest+fastest/4)
	return max(1, int(iterations*time.Microsecond/max(1, took[undisturbed/2])))
}

// timeSpin is how long so many spins take, by the wall: processor time was tempting on a
// busy machine, but a virtual machine's account of it is now and then far too short.
func timeSpin(iterations int) time.Duration {
	start := clock.Now()
	sink.Store(spin.Chain(iterations, uint64(start.UnixNano())))
	return clock.Since(start)
}

// Iterations is how many spins take so long.
func (w *Work) Iterations(d time.Duration) int {
	return int(int64(d) * int64(w.perMicrosecond) / 1000)
}

// Verify reports an error if this process spins at less than half or more than twice the
// rate that the calibration says: then tasks are not as long as their names claim.
func (w *Work) Verify() error {
	// A virtual CPU can be slow for tens of milliseconds; a wrong rate stays wrong. One try
	// that is right is not enough: what goes on beside it can make far too little look so.
	// Stricter bounds for stopping early were tempting; a CPU that had become a quarter
	// faster since the calibration then made every sample pay for all tries.
	const want, tries = 200 * time.Microsecond, 300
	const least, most = want / 2, 2 * want
	best := time.Duration(math.MaxInt64)
	right, short := 0, 0
	for range tries {
		took := timeSpin(w.Iterations(want))
		best = min(best, took)
		switch {
		case took < least:
			short++
		case took <= most:
			right++
		}
		if right > max(1, short) {
			return nil // after the second, as a rule: every sample pays for this
		}
	}
	if best < least || best > most {
		return fmt.Errorf("%v of calibrated work took %v at best: -spin=%d is not this machine's rate", want, best, w.perMicrosecond)
	}
	return nil
}

// once calibrates at most once a process, and only if some case works.
func once(perMicrosecond int) func() (*Work, error) {
	return sync.OnceValues(func() (*Work, error) {
		w := NewWork(perMicrosecond)
		return w, w.Verify()
	})
}

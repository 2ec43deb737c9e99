package lock

import (
	"runtime"
	"time"
)

// cacheLine is what is kept between words that different CPUs write, in bytes.
// CPUs fetch two lines at a time.
const cacheLine = 128

// cpus is asked once: with one CPU nothing can change while we look.
var cpus = runtime.NumCPU()

// backoff is how the spinning locks wait: pauses between looks that grow, then
// yields to other goroutines, and after many in vain naps, for the holder may be
// a thread without a CPU. Start with 0, or inLine.
//
// Looking again at once was tempting. Each look takes the holder's cache line
// away, so that it leaves later the more are waiting.
type backoff int

const (
	pauses = 6
	yields = 1000

	// inLine leaves out the pauses where nobody can overtake: the one whose turn it
	// is may need this very CPU, and all wait as long as it does.
	inLine = backoff(pauses)
)

func (b *backoff) wait() {
	*b++
	switch {
	case *b <= pauses && cpus > 1:
		pause(8 << *b)
	case *b <= pauses+yields:
		runtime.Gosched()
	default:
		time.Sleep(50 * time.Microsecond) // the least to ask for; the timer's grain makes it longer
	}
}

// pause idles for about so many nanoseconds.
func pause(n int) {
	for range n {
		idle()
	}
}

//go:noinline
func idle() {}

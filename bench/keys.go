package bench

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"time"

	"crossover/patterns/role"
)

// count and duration read a key's value. The suite wrote it, so that one that
// cannot be read is a bug.
//
// A count with an x is so many of each CPU that the case may use: 2x workers are four on two
// CPUs. A fixed number was tempting, and wrong: on eight CPUs four workers lose to whoever
// may use them all, and eight parties are not more than there are CPUs.
func (c *conditions) count(key string) int {
	text, each := strings.CutSuffix(c.Keys[key], "x")
	if each {
		share, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(fmt.Sprintf("key %s: %v", key, err))
		}
		return max(1, int(math.Round(share*float64(c.cpus()))))
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("key %s: %v", key, err))
	}
	return n
}

// cpus is how many CPUs the case may use: its processes those of the machine, or of the
// affinity mask, goroutines and threads no more than GOMAXPROCS.
func (c *conditions) cpus() int {
	if c.Keys["as"] == string(role.Process) {
		return runtime.NumCPU()
	}
	return min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
}

func (c *conditions) duration(key string) time.Duration {
	d, err := time.ParseDuration(c.Keys[key])
	if err != nil {
		panic(fmt.Sprintf("key %s: %v", key, err))
	}
	return d
}

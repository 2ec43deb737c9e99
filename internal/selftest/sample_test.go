package selftest

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"crossover/internal/catalog"
)

// sampled measures what a sample of measure asks for, a number of operations of one
// entrant, without go test, whose collections of garbage take longer than a sample of
// a millisecond. It reports false if the flags ask for something else.
func sampled() bool {
	asked := func(name string) string { return flag.Lookup("test." + name).Value.String() }
	count, counted := strings.CutSuffix(asked("benchtime"), "x")
	n, errN := strconv.Atoi(count)
	procs, errProcs := strconv.Atoi(asked("cpu"))
	if !counted || errN != nil || errProcs != nil || n < 1 || procs < 1 {
		return false
	}
	name := catalog.Only(asked("bench"))
	for _, e := range entrants() {
		if e.name == name {
			runtime.GOMAXPROCS(procs)
			if err := e.sample(n, procs); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return true
		}
	}
	return false
}

// sample prints what so many operations cost, as go test does; like it, after one to
// warm up.
func (e *entrant) sample(n, procs int) error {
	if err := e.run(1); err != nil {
		return err
	}
	start := time.Now()
	if err := e.run(n); err != nil {
		return err
	}
	took := time.Since(start)
	name := e.name
	if procs > 1 {
		name += "-" + strconv.Itoa(procs)
	}
	fmt.Printf("%s\t%d\t%.4g ns/op\n", name, n, float64(took)/float64(n))
	return nil
}

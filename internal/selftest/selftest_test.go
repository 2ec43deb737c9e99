package selftest

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/control"
)

// TestMain adds the flags of the protocol to those of go test.
func TestMain(m *testing.M) {
	printCatalog := flag.Bool("catalog", false, "print the catalog as JSON and exit")
	grid := flag.String("grid", "quick", "quick or full: the same here")
	calibrate := flag.Bool("calibrate-spin", false, "print 1: no work here is measured in time")
	hog := flag.Bool("hog", false, "keep one CPU busy until standard input ends")
	flag.Int("spin", 0, "not used here")
	flag.Parse()
	switch {
	case *printCatalog:
		if err := json.NewEncoder(os.Stdout).Encode(whole(*grid)); err != nil {
			fmt.Fprintln(os.Stderr, "printing the catalog:", err)
			os.Exit(1)
		}
	case *calibrate:
		fmt.Println(1)
	case *hog:
		go spin(1<<62, 1)
		io.Copy(io.Discard, os.Stdin)
	default:
		if !alone() {
			os.Exit(m.Run())
		}
	}
}

// alone measures what a sample asks for, so many operations of one entrant, without
// go test, whose collections of garbage take four times as long as a sample of 2 ms. It
// reports false if that is not what the flags ask for.
func alone() bool {
	asked := func(name string) string { return flag.Lookup("test." + name).Value.String() }
	count, counted := strings.CutSuffix(asked("benchtime"), "x")
	n, badCount := strconv.Atoi(count)
	procs, badProcs := strconv.Atoi(asked("cpu"))
	only := catalog.Only(asked("bench"))
	if !counted || badCount != nil || badProcs != nil || n < 1 || procs < 1 {
		return false
	}
	for _, e := range entrants() {
		if e.name != only {
			continue
		}
		runtime.GOMAXPROCS(procs)
		err := e.run(1) // as go test does
		start := time.Now()
		if err == nil {
			err = e.run(n)
		}
		took := time.Since(start)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if procs > 1 {
			only += "-" + strconv.Itoa(procs)
		}
		fmt.Printf("%s\t%d\t%.4g ns/op\n", only, n, float64(took)/float64(n))
		return true
	}
	return false
}

const (
	// same is how many names the same code has.
	same = 14
	// units of work an op; a slower entrant does so many per cent more.
	units = 100
)

var slower = []int{2, 5, 10}

// kinds of work: on one CPU alone, handed to and fro, and fought over.
var kinds = []struct {
	name string
	run  func(ops, units int) error
}{
	{"spin", spins},
	{"chan", handsOver},
	{"mutex", contends},
}

func whole(grid string) *catalog.Catalog {
	p := catalog.Pattern{
		Name: "self", Benchmark: "BenchmarkSelf", Question: "Is what is the same called the same?", Op: "op", Baseline: "same01",
		Axes: []catalog.Axis{{Key: "kind", Title: "kind of work"}},
	}
	for _, k := range kinds {
		p.Situations = append(p.Situations, catalog.Situation{ID: k.name, Name: k.name, Point: map[string]string{"kind": k.name}})
	}
	for _, impl := range impls() {
		p.Variants = append(p.Variants, catalog.Variant{Name: impl, Tier: 1})
		for _, k := range kinds {
			p.Cases = append(p.Cases, catalog.Case{
				Name:       caseName(impl, k.name),
				Keys:       map[string]string{"impl": impl, "as": "goroutine", "kind": k.name},
				Situations: []string{k.name}, MinTime: "0s", Setup: "0s",
			})
		}
	}
	return &catalog.Catalog{Version: catalog.Version, Grid: grid, Patterns: []catalog.Pattern{p}}
}

func caseName(impl, kind string) string {
	return catalog.Name("BenchmarkSelf", "impl", impl, "as", "goroutine", "kind", kind)
}

// impls are same01 … and more2, more5, more10.
func impls() (names []string) {
	for i := range same {
		names = append(names, fmt.Sprintf("same%02d", i+1))
	}
	for _, percent := range slower {
		names = append(names, "more"+strconv.Itoa(percent))
	}
	return names
}

// entrant is one name for one kind of work.
type entrant struct {
	name string
	run  func(n int) error // so many operations
}

func entrants() (all []entrant) {
	for _, impl := range impls() {
		n := units
		if percent, ok := strings.CutPrefix(impl, "more"); ok {
			more, _ := strconv.Atoi(percent) // impls made it
			n += more * units / 100
		}
		for _, k := range kinds {
			all = append(all, entrant{caseName(impl, k.name), func(ops int) error { return k.run(ops, n) }})
		}
	}
	return all
}

func BenchmarkSelf(b *testing.B) {
	only := catalog.Only(flag.Lookup("test.bench").Value.String())
	for _, e := range entrants() {
		if only != "" && only != e.name {
			continue
		}
		_, name, _ := strings.Cut(e.name, "/")
		b.Run(name, func(b *testing.B) {
			if err := e.run(b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkControl is that of a study.
func BenchmarkControl(b *testing.B) { control.Benchmark(b) }

var sink atomic.Uint64

// spin is work that neither the compiler nor the CPU can shorten.
//
//go:noinline
func spin(iterations int, x uint64) uint64 {
	for range iterations {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}

func spins(ops, units int) error {
	var x uint64
	for range ops {
		for range units {
			x = spin(20, x)
		}
	}
	sink.Store(x)
	return nil
}

func handsOver(ops, units int) error {
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v
		}
		close(back)
	}()
	defer func() {
		close(there)
		<-back
	}()
	for range ops {
		for i := range units {
			there <- i
			if got := <-back; got != i {
				return fmt.Errorf("%d came back as %d", i, got)
			}
		}
	}
	return nil
}

func contends(ops, units int) error {
	var mu sync.Mutex
	var all sync.WaitGroup
	total := 0
	for range 2 {
		all.Go(func() {
			for range ops {
				for range units {
					mu.Lock()
					total++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if want := 2 * ops * units; total != want {
		return fmt.Errorf("%d, want %d", total, want)
	}
	return nil
}

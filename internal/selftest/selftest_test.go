package selftest

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crossover/internal/catalog"
	"crossover/internal/control"
	"crossover/internal/spin"
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
		go func() {
			for x := uint64(1); ; {
				x = spin.Chain(math.MaxInt, x)
			}
		}()
		io.Copy(io.Discard, os.Stdin)
	default:
		if !sampled() {
			os.Exit(m.Run())
		}
	}
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
	for _, i := range impls() {
		p.Variants = append(p.Variants, catalog.Variant{Name: i.name, Tier: 1})
		for _, k := range kinds {
			p.Cases = append(p.Cases, catalog.Case{
				Name:       caseName(i.name, k.name),
				Keys:       map[string]string{"impl": i.name, "as": "goroutine", "kind": k.name},
				Situations: []string{k.name}, MinTime: "0s", Setup: "0s",
			})
		}
	}
	return &catalog.Catalog{Version: catalog.Version, Grid: grid, Patterns: []catalog.Pattern{p}}
}

func caseName(impl, kind string) string {
	return catalog.Name("BenchmarkSelf", "impl", impl, "as", "goroutine", "kind", kind)
}

// impl is a name for some amount of work.
type impl struct {
	name  string
	units int // an op
}

// impls are same01 … and more2, more5, more10.
func impls() (all []impl) {
	for i := range same {
		all = append(all, impl{fmt.Sprintf("same%02d", i+1), units})
	}
	for _, percent := range slower {
		all = append(all, impl{"more" + strconv.Itoa(percent), units + percent*units/100})
	}
	return all
}

// entrant is an impl in one kind of work.
type entrant struct {
	name string
	run  func(ops int) error
}

func entrants() (all []entrant) {
	for _, i := range impls() {
		for _, k := range kinds {
			all = append(all, entrant{caseName(i.name, k.name), func(ops int) error { return k.run(ops, i.units) }})
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

func spins(ops, units int) error {
	var x uint64
	for range ops {
		for range units {
			x = spin.Chain(20, x)
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

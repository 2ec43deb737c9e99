package bench_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"

	"crossover/bench"
	"crossover/patterns/role"
)

// suite is what this binary measures, as its flags say.
var suite *bench.Suite

// TestMain adds the suite's flags to those of go test:
//
//	-grid=quick|full    how much of the axes to measure
//	-catalog            print the catalog as JSON and exit
//	-pin=one|split      place the two sides of threads and processes
//	-capacity=NS        ns/op that a rate in percent is a share of
//	-spin=N             iterations of calibrated work per µs; 0: find it out
//	-calibrate-spin     find it out, print it and exit
func TestMain(m *testing.M) {
	role.Main() // worker processes are this binary, and end here
	grid := flag.String("grid", string(bench.Quick), "how much of the axes to measure: quick or full")
	pin := flag.String("pin", "", "place the two sides of threads and processes: one or split")
	capacity := flag.Float64("capacity", 0, "ns/op of which cases at a share of capacity offer so much; 0: find it out")
	catalog := flag.Bool("catalog", false, "print the catalog as JSON and exit")
	spin := flag.Int("spin", 0, "iterations of calibrated work per µs; 0: find it out")
	calibrate := flag.Bool("calibrate-spin", false, "print iterations of calibrated work per µs and exit")
	flag.Parse()

	if g := bench.Grid(*grid); g != bench.Quick && g != bench.Full {
		fmt.Fprintf(os.Stderr, "-grid=%s: the grids are quick and full\n", *grid)
		os.Exit(2)
	}
	if *spin < 0 {
		fmt.Fprintf(os.Stderr, "-spin=%d: a rate is positive\n", *spin)
		os.Exit(2)
	}
	if *pin != "" && *pin != "one" && *pin != "split" {
		fmt.Fprintf(os.Stderr, "-pin=%s: the placements are one and split\n", *pin)
		os.Exit(2)
	}
	suite = bench.Default(bench.Grid(*grid), *spin)
	suite.Pin, suite.Capacity = *pin, *capacity
	switch {
	case *calibrate:
		fmt.Println(bench.Calibrate())
		return
	case *catalog:
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "\t")
		if err := e.Encode(suite.Catalog()); err != nil {
			fmt.Fprintln(os.Stderr, "printing the catalog:", err)
			os.Exit(1)
		}
		return
	}
	if flag.Lookup("test.bench").Value.String() != "" {
		bench.Header(os.Stdout, runtime.NumCPU(), *pin)
	}
	os.Exit(m.Run())
}

func BenchmarkQueue(b *testing.B)      { suite.Run(b, "queue") }
func BenchmarkQueueFloor(b *testing.B) { suite.RunFloors(b, "queue") }
func BenchmarkPool(b *testing.B)       { suite.Run(b, "pool") }

// BenchmarkControl is the same fixed work in every round of a study: when it
// drifts, the machine has.
func BenchmarkControl(b *testing.B) { bench.Control(b) }

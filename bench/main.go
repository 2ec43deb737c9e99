package bench

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"crossover/internal/catalog"
)

// Main is the TestMain of a benchmark binary, after role.Main. It adds the suite's
// flags to those of go test, makes the suite and returns the exit status:
//
//	-grid=quick|full    how much of the axes to measure
//	-catalog            print the catalog as JSON and exit
//	-pin=one|split      place the two sides of threads and processes
//	-capacity=NS        ns/op that a rate in percent is a share of
//	-spin=N             iterations of calibrated work per µs; 0: find it out
//	-calibrate-spin     find it out, print it and exit
func Main(m *testing.M, suite **Suite, makeSuite func(Grid) *Suite) int {
	grid := flag.String("grid", string(Quick), "how much of the axes to measure: quick or full")
	pin := flag.String("pin", "", "place the two sides of threads and processes: one or split")
	capacity := flag.Float64("capacity", 0, "ns/op of which cases at a share of capacity offer so much; 0: find it out")
	printed := flag.Bool("catalog", false, "print the catalog as JSON and exit")
	spin := flag.Int("spin", 0, "iterations of calibrated work per µs; 0: find it out")
	calibrate := flag.Bool("calibrate-spin", false, "print iterations of calibrated work per µs and exit")
	flag.Parse()

	var mistake string
	switch {
	case Grid(*grid) != Quick && Grid(*grid) != Full:
		mistake = fmt.Sprintf("-grid=%s: the grids are quick and full", *grid)
	case *pin != "" && *pin != "one" && *pin != "split":
		mistake = fmt.Sprintf("-pin=%s: the placements are one and split", *pin)
	case !(*capacity >= 0): // NaN too
		mistake = fmt.Sprintf("-capacity=%v: a time is positive", *capacity)
	case *spin < 0:
		mistake = fmt.Sprintf("-spin=%d: a rate is positive", *spin)
	}
	if mistake != "" {
		fmt.Fprintln(os.Stderr, mistake)
		return 2
	}
	s := makeSuite(Grid(*grid))
	s.Spin, s.Pin, s.Capacity = *spin, *pin, *capacity
	expression := flag.Lookup("test.bench").Value.String()
	s.Only = catalog.Only(expression)
	s.Count = counted(flag.Lookup("test.benchtime").Value.String())
	*suite = s
	switch {
	case *calibrate:
		fmt.Println(Calibrate())
		return 0
	case *printed:
		if err := printCatalog(os.Stdout, s); err != nil {
			fmt.Fprintln(os.Stderr, "printing the catalog:", err)
			return 1
		}
		return 0
	}
	if expression != "" {
		Header(os.Stdout, runtime.NumCPU(), *pin)
	}
	code := m.Run()
	if err := WriteRuntime(); err != nil {
		fmt.Fprintln(os.Stderr, err) // no reason to lose the result
	}
	return code
}

// counted is the number of operations that a -benchtime such as 100x asks for; 0 if it
// is a time.
func counted(benchtime string) int {
	digits, ok := strings.CutSuffix(benchtime, "x")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil {
		return 0 // testing has refused what is no count
	}
	return n
}

func printCatalog(w io.Writer, s *Suite) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(s.Catalog())
}

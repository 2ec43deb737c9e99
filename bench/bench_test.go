package bench_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
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
//	-spin=N             iterations of calibrated work per µs; 0: find it out
//	-calibrate-spin     find it out, print it and exit
func TestMain(m *testing.M) {
	role.Main() // worker processes are this binary, and end here
	grid := flag.String("grid", string(bench.Quick), "how much of the axes to measure: quick or full")
	pin := flag.String("pin", "", "place the two sides of threads and processes: one or split")
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
	suite.Pin = *pin
	suite.Only = onlyCase(flag.Lookup("test.bench").Value.String())
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
	code := m.Run()
	if err := bench.WriteRuntime(); err != nil {
		fmt.Fprintln(os.Stderr, err) // no reason to lose the result
	}
	os.Exit(code)
}

// onlyCase is the name that a -bench expression spells out, as cmd/measure does:
// ^BenchmarkX$/^impl=y$. "" if it may match more.
func onlyCase(expression string) string {
	elements := strings.Split(expression, "/")
	for i, e := range elements {
		inner, ok := strings.CutPrefix(e, "^")
		if ok {
			inner, ok = strings.CutSuffix(inner, "$")
		}
		plain := strings.ReplaceAll(inner, `\.`, ".")
		if !ok || regexp.QuoteMeta(plain) != inner {
			return ""
		}
		elements[i] = plain
	}
	return strings.Join(elements, "/")
}

func BenchmarkQueue(b *testing.B)      { suite.Run(b, "queue") }
func BenchmarkQueueFloor(b *testing.B) { suite.RunFloors(b, "queue") }
func BenchmarkPool(b *testing.B)       { suite.Run(b, "pool") }

// BenchmarkControl is the same fixed work in every round of a study: when it
// drifts, the machine has.
func BenchmarkControl(b *testing.B) { bench.Control(b) }

func TestOnlyCase(t *testing.T) {
	for expression, want := range map[string]string{
		`^BenchmarkX$/^impl=a\.b$/^d=1\.5us$`: "BenchmarkX/impl=a.b/d=1.5us",
		`^BenchmarkX$/^impl=(a|b)$`:           "",
		`BenchmarkX/impl=a`:                   "",
		`^BenchmarkX$/^d=1.5us$`:              "",
		`.`:                                   "",
		``:                                    "",
	} {
		if got := onlyCase(expression); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}

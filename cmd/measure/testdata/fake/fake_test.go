// Package fake is a benchmark binary with the command line of package bench and
// cases that do as they are told: by name they work, fail, crash or hang.
package fake

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"crossover/internal/catalog"
)

var (
	printCatalog  = flag.Bool("catalog", false, "print the catalog")
	grid          = flag.String("grid", "quick", "quick or full")
	spin          = flag.Int("spin", 0, "iterations per microsecond")
	pin           = flag.String("pin", "", "one or split")
	calibrateSpin = flag.Bool("calibrate-spin", false, "print iterations per microsecond")
)

func TestMain(m *testing.M) {
	flag.Parse()
	switch {
	case *printCatalog:
		json.NewEncoder(os.Stdout).Encode(fake())
	case *calibrateSpin:
		fmt.Println(1000)
	default:
		// What the real one prints too: measure must not keep both or invent units.
		fmt.Println("cpus: 99")
		if *pin != "" {
			fmt.Println("pin:", *pin)
		}
		fmt.Println("Unit cpu-ns/op better=lower")
		code := m.Run()
		if path := os.Getenv("CROSSOVER_RUNTIME"); path != "" {
			os.WriteFile(path, []byte(`{"gc_share": 0.25, "gc_cycles": 3, "sched_p99_ns": 1000}`), 0o666)
		}
		os.Exit(code)
	}
}

func fake() *catalog.Catalog {
	p := catalog.Pattern{
		Name: "fake", Benchmark: "BenchmarkFake", Question: "Does it work?", Op: "nap", Baseline: "good",
		Axes: []catalog.Axis{{Key: "size", Title: "size", Unit: "B"}},
		Situations: []catalog.Situation{
			{ID: "fake-small", Name: "small", Point: map[string]string{"size": "1"}},
		},
	}
	add := func(impl, size string, scaling bool) {
		name := catalog.Name(p.Benchmark, "impl", impl, "as", "goroutine", "size", size)
		p.Cases = append(p.Cases, catalog.Case{
			Name: name, Keys: map[string]string{"impl": impl, "as": "goroutine", "size": size},
			Situations: []string{"fake-small"}, Scaling: scaling, MinTime: "1ms", Setup: "1ms", MaxN: 1000,
		})
	}
	for _, impl := range []string{"good", "other", "fails", "crashes", "hangs", "waits", "flaky"} {
		p.Variants = append(p.Variants, catalog.Variant{Name: impl, Tier: 1})
		add(impl, "1", impl == "good" || impl == "other")
	}
	add("good", "2", false)
	p.Cases[len(p.Cases)-1].Pins = []string{"one", "split"}
	floor := catalog.Case{
		Name: "BenchmarkFakeFloor/of=nap", Keys: map[string]string{"of": "nap"},
		Situations: []string{"fake-small"}, MinTime: "1ms", Setup: "1ms", MaxN: 1000,
	}
	p.Floors = []catalog.Floor{{Title: "a nap", Case: floor}}
	return &catalog.Catalog{
		Version: catalog.Version, Grid: *grid, Patterns: []catalog.Pattern{p},
		Verdicts: []catalog.Verdict{{ID: "fake", Question: "Fake?", Situations: []string{"fake-small"}}},
	}
}

func BenchmarkControl(b *testing.B) { nap(b) }

func BenchmarkFakeFloor(b *testing.B) { b.Run("of=nap", nap) }

func BenchmarkFake(b *testing.B) {
	for _, k := range fake().Patterns[0].Cases {
		b.Run(k.Name[len("BenchmarkFake/"):], func(b *testing.B) {
			switch k.Keys["impl"] {
			case "fails":
				b.Fatal("this case fails")
			case "crashes":
				go func() { panic("this case crashes") }()
				select {}
			case "hangs": // with a worker that only a signal ends
				hang(b, exec.Command("sleep", "1000"))
			case "waits": // with a worker that ends with its parent, as roles do
				hang(b, exec.Command("cat"))
			case "flaky": // runs as long as the file that FAKE_FLAKY names is absent
				if _, err := os.Stat(os.Getenv("FAKE_FLAKY")); err == nil {
					b.Fatal("this case fails now")
				}
			}
			nap(b)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func hang(b *testing.B, worker *exec.Cmd) {
	stdin, err := worker.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	defer stdin.Close()
	worker.Stdout = os.Stdout // held open, as a careless worker would
	if err := worker.Run(); err != nil {
		b.Fatal(err)
	}
}

// nap takes 100 µs an op at least, and says so if it was not told the spin.
func nap(b *testing.B) {
	if *spin != 1000 {
		b.Fatal("-spin=" + strconv.Itoa(*spin))
	}
	for range b.N {
		time.Sleep(100 * time.Microsecond)
	}
}

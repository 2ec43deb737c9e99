package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/floats/scalar"

	"crossover/internal/stat"
	"crossover/internal/study"
)

func readModel(t *testing.T) *model {
	t.Helper()
	s, err := study.Read(studyDir)
	if err != nil {
		t.Fatal(err)
	}
	return newModel(s)
}

// figures of one entrant in one row of benchstat's table.
type benchstatCell struct {
	center float64
	ci, p  string // "2%", "p=0.123 n=10"; p is "" for the baseline
}

// TestBenchstatAgrees runs stock benchstat on the study's raw.txt and compares every
// median, interval and rank-sum p-value with this program's.
func TestBenchstatAgrees(t *testing.T) {
	m := readModel(t)
	for _, p := range m.Catalog.Patterns {
		var impls []string
		for _, v := range p.Variants {
			impls = append(impls, v.Name)
		}
		table := benchstat(t, "/impl@("+strings.Join(impls, " ")+")", ".unit:sec/op .name:"+strings.TrimPrefix(p.Benchmark, "Benchmark"))
		compared, tested := 0, 0
		for _, c := range p.Cases {
			for at, u := range m.data[c.Name] {
				want, ok := table[benchstatKey(c.Name, c.Keys["impl"], at)]
				if !ok {
					t.Fatalf("benchstat has no cell for %s at %v", c.Name, at)
				}
				got, err := stat.Summarize(u[study.Cost].Values, stat.Confidence)
				if err != nil {
					t.Fatal(err)
				}
				compared++
				if !scalar.EqualWithinRel(got.Center, want.center, 1e-9) || got.PctRangeString() != want.ci {
					t.Errorf("%s at %v: %v ±%s, benchstat says %v ±%s", c.Name, at, got.Center, got.PctRangeString(), want.center, want.ci)
				}
				base := strings.Replace(c.Name, "/impl="+c.Keys["impl"]+"/", "/impl="+p.Baseline+"/", 1)
				if c.Keys["impl"] == p.Baseline || m.data[base] == nil {
					continue
				}
				tested++
				r := compareAll(m.data[base][at][study.Cost], []stat.Series{u[study.Cost]})[0]
				if got := fmt.Sprintf("p=%.3f", r.RankSum); !strings.HasPrefix(want.p, got+" ") {
					t.Errorf("%s at %v: %s, benchstat says %s", c.Name, at, got, want.p)
				}
			}
		}
		if compared < 20 || tested < 10 {
			t.Errorf("%s: only %d summaries and %d tests compared", p.Name, compared, tested)
		}
	}
}

// benchstatKey names a cell: the case without impl as benchstat prints it, its CPUs
// and its column.
func benchstatKey(name, impl string, at place) string {
	name = strings.Replace(strings.TrimPrefix(name, "Benchmark"), "/impl="+impl, "", 1)
	if at.procs > 1 {
		name += "-" + strconv.Itoa(at.procs)
	}
	return fmt.Sprintf("%s cpus=%d %s", name, at.cpus, impl)
}

func benchstat(t *testing.T, col, filter string) map[string]benchstatCell {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "tool", "benchstat", "-format", "csv", "-col", col, "-filter", filter, studyDir+"/"+study.RawFile)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("benchstat: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("benchstat: %v", err)
	}
	r := csv.NewReader(strings.NewReader(string(out)))
	r.FieldsPerRecord = -1
	table := map[string]benchstatCell{}
	var impls []string // the column each impl begins at; "" elsewhere
	cpus := ""
	for {
		row, err := r.Read()
		if err == io.EOF {
			return table
		}
		if err != nil {
			t.Fatal(err)
		}
		switch first := row[0]; {
		case len(row) == 1 && strings.HasPrefix(first, "cpus: "):
			cpus = strings.TrimPrefix(first, "cpus: ")
		case first == "" && !slices.Contains(row, "sec/op"):
			impls = row
		case !strings.Contains(first, "/"):
		default:
			for i := 1; i < len(row) && i < len(impls); i++ {
				if impls[i] == "" || row[i] == "" {
					continue
				}
				center, err := strconv.ParseFloat(row[i], 64)
				if err != nil {
					t.Fatalf("%q: %v", row, err)
				}
				c := benchstatCell{center: center, ci: row[i+1]}
				if i > 1 && i+3 < len(row) {
					c.p = row[i+3]
				}
				table[fmt.Sprintf("%s cpus=%s %s", first, cpus, impls[i])] = c
			}
		}
	}
}

// TestBenchmathAgrees compares with the library itself, over the same grouping, to
// the last bit that CSV does not show.
func TestBenchmathAgrees(t *testing.T) {
	m := readModel(t)
	for name, places := range m.data {
		for at, u := range places {
			var values []float64
			for _, x := range m.Measured {
				if x.Case == name && (place{x.CPUs, x.GOMAXPROCS, x.Pin}) == at {
					for _, v := range x.Tidied {
						if v.Unit == study.Cost {
							values = append(values, v.Value)
						}
					}
				}
			}
			got, err := stat.Summarize(u[study.Cost].Values, stat.Confidence)
			if err != nil {
				t.Fatal(err)
			}
			want := benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), stat.Confidence)
			if got.Center != want.Center || got.Lo != want.Lo || got.Hi != want.Hi {
				t.Errorf("%s at %v: %v [%v, %v], benchmath says %v [%v, %v]", name, at, got.Center, got.Lo, got.Hi, want.Center, want.Lo, want.Hi)
			}
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/perf/benchfmt"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// richCase is a case of the rich study and what it costs.
type richCase struct {
	name   string
	place  place
	values map[string]float64 // by unit as printed, without noise
	tail   float64            // of its histogram, ns; 0 for none
}

// rich writes a study of one pattern that has everything a catalog can say: floors,
// pinned parties, threads, a library, the Python original, a case that ended at its
// time limit, latencies at a rate, a unit of which more is better, guarantees.
func rich(t *testing.T, rounds int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "rich")
	p := catalog.Pattern{
		Name: "pipe", Benchmark: "BenchmarkPipe", Op: "message", Baseline: "chan", Question: "What should carry a request and its reply?",
		Axes: []catalog.Axis{{Key: "size", Title: "message size", Unit: "B"}, {Key: "rate", Title: "offered rate"}},
		Situations: []catalog.Situation{
			{ID: "pipe-ping", Name: "ping-pong", Note: "One request at a time.", Point: map[string]string{"size": "64", "rate": "max"}, Axis: "size"},
			{ID: "pipe-rate", Name: "at a rate", Note: "Open loop.", Point: map[string]string{"size": "64", "rate": "80pct"}, Axis: "rate", Unit: "p99-ns"},
			{ID: "pipe-fair", Name: "who gets a turn", Note: "Four clients.", Point: map[string]string{"size": "16", "rate": "max"}, Unit: "fairness-ratio"},
			{ID: "pipe-full", Name: "only in the full grid", Point: map[string]string{"size": "1", "rate": "max"}},
		},
	}
	var cases []richCase
	add := func(impl, as string, tier int, tierName, situation, size, rate string, at place, tail float64, values map[string]float64) {
		name := catalog.Name(p.Benchmark, "impl", impl, "as", as, "size", size, "rate", rate)
		known := false
		for _, c := range p.Cases {
			known = known || c.Name == name
		}
		if !known {
			p.Cases = append(p.Cases, catalog.Case{Name: name, Keys: map[string]string{"impl": impl, "as": as, "size": size, "rate": rate}, Situations: []string{situation}})
		}
		known = false
		for _, v := range p.Variants {
			known = known || v.Name == impl
		}
		if !known {
			p.Variants = append(p.Variants, catalog.Variant{Name: impl, Summary: "carries by " + impl, File: "patterns/pipe/" + impl + ".go", Tier: tier, TierName: tierName, Properties: map[string]string{"spins": "no"}})
		}
		cases = append(cases, richCase{name, at, values, tail})
	}
	free, one, split := place{2, 2, ""}, place{2, 2, "one"}, place{2, 2, "split"}
	impls := []string{"chan", "mutex", "iopipe", "ospipe", "fifo", "unix", "unixpacket", "tcp", "udp", "shm.futex", "shm.spin", "eventfd", "xsync"}
	for i, impl := range impls {
		tier, tierName := 0, "standard library"
		if impl == "xsync" {
			tier, tierName = 2, "library"
		}
		for _, size := range []string{"64", "4096", "65536"} {
			bytes, _ := quantity(size)
			ns := 200*float64(i+1) + bytes/10
			values := map[string]float64{"ns/op": ns, "cpu-ns/op": ns * (2 - float64(i)/20), "resident-bytes/worker": 4096 * float64(i+1)}
			if impl == "shm.spin" && size == "64" {
				values["capped"] = 1
			}
			add(impl, "goroutine", tier, tierName, "pipe-ping", size, "max", free, 0, values)
			if i >= 3 && i < 12 {
				for j, at := range []place{free, one, split} {
					if size == "64" || at == free {
						add(impl, "process", tier, tierName, "pipe-ping", size, "max", at, 0, map[string]float64{"ns/op": ns * []float64{12, 4, 30}[j], "cpu-ns/op": ns * 9})
					}
				}
			}
		}
	}
	for i, impl := range impls[:4] {
		for _, rate := range []string{"50pct", "80pct", "110pct", "1k", "1m"} {
			load, _ := quantity(rate)
			if !isShare(rate) {
				load = 60
			}
			tail := 1000 * math.Exp(load/20) * float64(i+1)
			add(impl, "goroutine", 0, "standard library", "pipe-rate", "64", rate, free, tail, map[string]float64{
				"ns/op": 1000, "p50-ns": tail / 8, "p90-ns": tail / 3, "p99-ns": tail, "p99.9-ns": tail * 3, "max-ns": tail * 9,
				"goodput-ratio": math.Min(1, 100/load),
			})
		}
		add(impl, "goroutine", 0, "standard library", "pipe-fair", "16", "max", free, 0, map[string]float64{"ns/op": 100 * float64(4-i), "fairness-ratio": 0.2 * float64(i+1)})
	}
	capacity := &p.Cases[0] // chan, 64 B, as many as it can
	capacity.Situations = append(capacity.Situations, "pipe-rate")
	for i := range p.Cases {
		if isShare(p.Cases[i].Keys["rate"]) {
			p.Cases[i].CapacityOf = capacity.Name
		}
	}
	for _, as := range []string{"fork", "spawn"} {
		add("multiprocessing", as, 9, "another language", "pipe-ping", "64", "max", place{2, 1, ""}, 0, map[string]float64{"ns/op": 53000, "cpu-ns/op": 60000})
	}
	for _, size := range []string{"64", "4096"} {
		floor := catalog.Floor{Title: "copying the message, nothing else at all", Note: "memcpy", Case: catalog.Case{
			Name: "BenchmarkPipeFloor/of=copy/size=" + size, Keys: map[string]string{"of": "copy", "size": size}, Situations: []string{"pipe-ping"},
		}}
		p.Floors = append(p.Floors, floor)
		bytes, _ := quantity(size)
		cases = append(cases, richCase{floor.Name, free, map[string]float64{"ns/op": 50 + bytes/40}, 0})
	}
	p.Guarantees = []catalog.Guarantee{
		{Law: "nothing-lost", Doc: "What was sent arrives.", Holds: []string{"chan/goroutine", "mutex/goroutine", "ospipe/process"}, Broken: map[string]string{"xsync/goroutine": "drops when full"}},
		{Law: "survives-crash", Doc: "The other side may die.", Holds: []string{"ospipe/process"}, Excused: map[string]string{"chan/goroutine": "dies with the process"}},
	}
	c := &catalog.Catalog{Version: catalog.Version, Grid: "quick", Patterns: []catalog.Pattern{p}}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w, err := study.Create(dir, study.Machine{CPU: "Rich CPU", CPUs: 2, Rounds: rounds, Start: start, End: start.Add(time.Minute), Complete: true, Command: "measure", Seed: 1}, data)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var samples []string
	order := 0
	units := []*benchfmt.UnitMetadata{{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: "fairness-ratio", Key: "better"}, OrigUnit: "fairness-ratio", Value: "higher"}}
	for round := 1; round <= rounds; round++ {
		for i, c := range cases {
			order++
			s := study.Sample{Round: round, Order: i, Case: c.name, CPUs: c.place.cpus, GOMAXPROCS: c.place.procs, Pin: c.place.pin, N: 100, Start: start.Add(time.Duration(order) * 50 * time.Millisecond), Values: map[string]float64{}}
			r := &benchfmt.Result{Name: benchfmt.Name(strings.TrimPrefix(c.name, "Benchmark")), Iters: 100}
			if c.place.procs > 1 {
				r.Name = append(r.Name, "-"+strconv.Itoa(c.place.procs)...)
			}
			for _, unit := range []string{"ns/op", "cpu-ns/op", "resident-bytes/worker", "p50-ns", "p90-ns", "p99-ns", "p99.9-ns", "max-ns", "goodput-ratio", "fairness-ratio", "capped"} {
				if v, ok := c.values[unit]; ok {
					if unit != "capped" && unit != "goodput-ratio" {
						v = math.Round(1e4*v*math.Exp(0.01*rng.NormFloat64())) / 1e4
					}
					s.Values[unit] = v
					r.Values = append(r.Values, benchfmt.Value{Value: v, Unit: unit})
				}
			}
			if err := w.Append(s, r, units); err != nil {
				t.Fatal(err)
			}
			line, _ := json.Marshal(s)
			if c.tail > 0 {
				line = fmt.Appendf(line[:len(line)-1], `,"probe_ns":%d,"histogram":"%s"}`, 120+rng.IntN(60), encoded(t, rng, c.tail))
			}
			samples = append(samples, string(line)+"\n")
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, study.SamplesFile), []byte(strings.Join(samples, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// encoded is a histogram of exponential latencies with that 99th percentile.
func encoded(t *testing.T, rng *rand.Rand, tail float64) string {
	h := hdrhistogram.New(1, int64(100*time.Second), 2)
	for range 2000 {
		if err := h.RecordValue(int64(1 + tail/4.6*rng.ExpFloat64())); err != nil {
			t.Fatal(err)
		}
	}
	text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRichStudy(t *testing.T) {
	dir := rich(t, 8)
	stdout, out := runReport(t, dir)
	m, err := load([]string{dir}, reading{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.histograms) != 20 || len(m.trips()) != 20*8 {
		t.Errorf("%d histograms and %d probes", len(m.histograms), len(m.trips()))
	}
	p := &m.Catalog.Patterns[0]
	markers := map[string]int{}
	for _, f := range m.section(p, func(string) string { return "" }).Figures() {
		svg, err := f.svg()
		if err != nil {
			t.Fatal(err)
		}
		d := inspect(t, f.Name, svg)
		if d.markers == 0 && f.Name != "order-of-run" {
			t.Errorf("%s is empty", f.Name)
		}
		if len(f.Data.Rows) == 0 {
			t.Errorf("%s has no data", f.Name)
		}
		markers[f.Name] = d.markers
	}
	for name, want := range map[string]int{
		"pipe-ping-dots":    13 + 9 + 2, // with the originals
		"pipe-ping-pins":    3 * 9,
		"pipe-rate-dots":    4,
		"pipe-rate-latency": 4*3 + 4, // 2 to 1 of 100: points with ten beyond, and the legend
		"pipe-rate-load":    2*3*4 + 4,
		"pipe-rate-rate":    2*2*4 + 4, // at so many a second, on an axis of its own
		"pipe-fair-dots":    4,
		"pipe-ping-pareto":  13 + 9 + 2 + seriesShare + 1, // all drawn, eight named, the others together
	} {
		if name == "pipe-rate-latency" {
			want += 4 // 16,000 values: 1 of 1,000 too
		}
		if markers[name] != want {
			t.Errorf("%s: %d markers, want %d", name, markers[name], want)
		}
	}
	html := readFile(t, filepath.Join(out, "report.html"))
	for _, part := range []string{
		"floor: copying the message", "× floor", "same core", "cross core", "multiprocessing · fork (reference)", "(capped)",
		"capacity offered (%)", "offered rate, messages per second", "How near to the best possible?", "Dearer than the Python original: 0 of 1.",
		"✗ drops when full", "The other side may die. (–: dies with the process)", "dies with the process", "p99 latency", `value="memory"`, `value="p99"`, "fairness: more is better", "a cache line&#39;s round trip",
		"Anything about: only in the full grid",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if !strings.Contains(stdout, "pipe: who gets a turn (fairness)   ospipe") && !strings.Contains(words(stdout), "pipe: who gets a turn ospipe") {
		t.Errorf("more fairness does not win:\n%s", stdout)
	}
	var s summary
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(out, "summary.json"))), &s); err != nil || len(s.Decisions) < 7 || len(s.Cells) < 30 {
		t.Errorf("summary.json: %v, %d decisions, %d cells", err, len(s.Decisions), len(s.Cells))
	}
	for _, d := range s.Decisions {
		if strings.Contains(d.Use, "multiprocessing") {
			t.Errorf("the original is advised: %+v", d)
		}
	}
}

func TestAdviseVerb(t *testing.T) {
	dir := rich(t, 8)
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{dir, "-pattern", "pipe", "-situation", "ping-pong"}, 0, "Use chan (standard library): time per message"},
		{[]string{dir, "-pattern=pipe", "-situation=PING", "-execution=process"}, 0, "Use ospipe · process"},
		{[]string{dir, "-situation", "pipe-rate"}, 0, "p99 latency"},
		{[]string{dir, "-situation", "ping", "-goal", "memory"}, 0, "resident"},
		{[]string{dir, "-situation", "turn", "-goal", "p99"}, 3, "No advice"},
		{[]string{dir, "-situation", "full"}, 3, "not measured"},
		{[]string{dir, "-situation", "turn", "-execution", "thread"}, 3, "runs as a thread"},
		{[]string{"-json", dir, "-situation", "ping"}, 0, `"use": "chan"`},
		{[]string{dir, "-pattern", "pip"}, 2, "the study has pipe"},
		{[]string{dir, "-situation", "nowhere"}, 2, "ping-pong (pipe-ping)"},
		{[]string{dir, "-goal", "fame"}, 2, "-goal fame"},
		{[]string{dir, "-execution", "fork"}, 2, "-execution fork"},
		{nil, 2, "no study"},
	} {
		var out, errs bytes.Buffer
		status := run(append([]string{"advise"}, tt.args...), &out, &errs)
		if text := out.String() + errs.String(); status != tt.status || !strings.Contains(text, tt.says) {
			t.Errorf("%q: status %d, want %d and %q:\n%s", tt.args, status, tt.status, tt.says, text)
		}
	}
}

func words(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
	}
	return b.String()
}

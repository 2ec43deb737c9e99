package main

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

var update = flag.Bool("update", false, "write the synthetic study and the golden files anew")

const studyDir = "testdata/study"

// TestSyntheticStudy holds the committed study to the generator below: with -update
// it is written anew.
func TestSyntheticStudy(t *testing.T) {
	dir := t.TempDir()
	if *update {
		dir = studyDir
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	synthesize(t, dir)
	for _, name := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
		if got, want := readFile(t, filepath.Join(dir, name)), readFile(t, filepath.Join(studyDir, name)); got != want {
			t.Errorf("%s differs from what synthesize writes: go test -run=Synthetic -update", name)
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// law is what an entrant costs in nanoseconds: overhead, plus the work done by as
// many CPUs as help with it.
type law struct {
	impl, as string
	overhead float64
	// contention multiplies the overhead for each doubling of GOMAXPROCS.
	contention float64
	tier       int
}

var queueLaws = []law{
	{"chan", "goroutine", 62, 1.35, 0},
	{"chan.done", "goroutine", 131, 1.3, 0},
	{"mutex.ring", "goroutine", 41, 2.6, 3},
	{"mutex.slice", "goroutine", 55, 2.4, 3},
	{"mpmc.ring", "goroutine", 30, 1.1, 3},
	{"pipe.lock", "goroutine", 1450, 1.2, 0},
	{"shm.ring", "goroutine", 48, 1.3, 4},
	{"pipe.lock", "process", 2100, 1.2, 0},
	{"shm.ring", "process", 58, 1.3, 4},
}

var poolLaws = []law{
	{"go", "goroutine", 310, 1.05, 0},
	{"sem", "goroutine", 540, 1.1, 0},
	{"errgroup", "goroutine", 560, 1.1, 1},
	{"workers.chan", "goroutine", 60, 1.3, 0},
	{"workers.mutex", "goroutine", 60.4, 1.3, 3},
	{"chunked", "goroutine", 9, 0.9, 3},
	{"steal", "goroutine", 14, 1, 3},
	{"prefork", "process", 900, 1, 3},
}

var summaries = map[string]string{
	"chan":          "a buffered channel",
	"chan.done":     "a channel, and a select with a done case on each side",
	"mutex.ring":    "a ring behind a mutex and two condition variables",
	"mutex.slice":   "a slice behind a mutex that grows <without> bound",
	"mpmc.ring":     "Vyukov's bounded ring of sequence numbers",
	"pipe.lock":     "a pipe and a lock on each side",
	"shm.ring":      "a ring in shared memory that spins, then parks on a futex",
	"go":            "a goroutine per task",
	"sem":           "a goroutine per task behind a semaphore",
	"errgroup":      "errgroup.SetLimit",
	"workers.chan":  "fixed workers on a channel",
	"workers.mutex": "fixed workers on a mutex-guarded queue",
	"chunked":       "parallel for: workers take chunks off an atomic index",
	"steal":         "a deque a worker; the idle steal",
	"prefork":       "processes started beforehand, fed chunks over pipes",
}

// synthetic is one situation of a synthetic pattern.
type synthetic struct {
	catalog.Situation
	values  []string // of Axis
	laws    []law
	work    func(point map[string]string) float64 // ns an operation
	scaling bool
}

func queueSynthetic() (catalog.Pattern, []synthetic) {
	p := catalog.Pattern{
		Name: "queue", Benchmark: "BenchmarkQueue", Op: "item", Baseline: "chan",
		Question: "Channel, mutex-guarded buffer or lock-free ring?", Original: "producer_consumer.py",
		Axes: []catalog.Axis{
			{Key: "producers", Title: "producers"}, {Key: "consumers", Title: "consumers"},
			{Key: "work", Title: "work per item", Unit: "ns"},
		},
	}
	work := func(point map[string]string) float64 { x, _ := quantity(point["work"]); return x }
	in := func(impls ...string) (laws []law) {
		for _, l := range queueLaws {
			if slices.Contains(impls, l.impl+"/"+l.as) {
				laws = append(laws, l)
			}
		}
		return laws
	}
	return p, []synthetic{
		{
			Situation: catalog.Situation{ID: "queue-many", Name: "many → many, tiny items", Axis: "work",
				Note:  "Four producers and four consumers with nothing else to do.",
				Point: map[string]string{"producers": "4", "consumers": "4", "work": "0ns"}},
			values: []string{"0ns", "250ns", "1us", "4us"}, work: work, scaling: true,
			laws: in("chan/goroutine", "chan.done/goroutine", "mutex.ring/goroutine", "mutex.slice/goroutine", "mpmc.ring/goroutine"),
		},
		{
			Situation: catalog.Situation{ID: "queue-across", Name: "across processes",
				Note:     "One producer process, one consumer process; in process the same for reference.",
				Point:    map[string]string{"producers": "1", "consumers": "1", "work": "0ns"},
				Eligible: map[string]string{"as": "process"}},
			work: work,
			laws: in("chan/goroutine", "pipe.lock/goroutine", "shm.ring/goroutine", "pipe.lock/process", "shm.ring/process"),
		},
	}
}

func poolSynthetic() (catalog.Pattern, []synthetic) {
	p := catalog.Pattern{
		Name: "pool", Benchmark: "BenchmarkPool", Op: "task", Baseline: "go",
		Question: "A goroutine per task, a bounded set of workers, or processes?", Original: "process_pools.py",
		Axes: []catalog.Axis{{Key: "task", Title: "CPU per task", Unit: "ns"}, {Key: "crash", Title: "tasks that crash"}},
	}
	work := func(point map[string]string) float64 { x, _ := quantity(point["task"]); return x }
	return p, []synthetic{
		{
			Situation: catalog.Situation{ID: "pool-10us", Name: "10 µs of CPU", Axis: "task",
				Note:  "1,000 tasks of 10 µs of CPU each, four workers.",
				Point: map[string]string{"task": "10us", "crash": "none"}},
			values: []string{"0ns", "1us", "10us", "100us"}, work: work, scaling: true, laws: poolLaws,
		},
		{
			Situation: catalog.Situation{ID: "pool-crash", Name: "tasks that may crash",
				Note:     "100 tasks of 1 ms of CPU, one of which takes its process with it.",
				Point:    map[string]string{"task": "1ms", "crash": "1in100"},
				Eligible: map[string]string{"survives": "crash"}},
			work: work, laws: []law{poolLaws[0], poolLaws[3], poolLaws[7]},
		},
	}
}

// caseOf is a case and the law behind it.
type caseOf struct {
	catalog.Case
	law
	work float64
}

// lay fills in the pattern's variants, situations and cases.
func lay(p *catalog.Pattern, situations []synthetic, laws []law) (cases []caseOf) {
	tiers := []string{"standard library", "golang.org/x", "library", "paste", "unsafe"}
	for _, l := range laws {
		if slices.ContainsFunc(p.Variants, func(v catalog.Variant) bool { return v.Name == l.impl }) {
			continue
		}
		v := catalog.Variant{
			Name: l.impl, Summary: summaries[l.impl], File: "patterns/" + p.Name + "/" + l.impl + ".go",
			Source: "synthetic", Tier: l.tier, TierName: tiers[l.tier],
			Properties: map[string]string{"spins": "no"},
		}
		if l.impl == "prefork" {
			v.Properties["survives"] = "crash"
		}
		p.Variants = append(p.Variants, v)
	}
	for _, s := range situations {
		p.Situations = append(p.Situations, s.Situation)
		values := s.values
		if s.Axis == "" {
			values = []string{""}
		}
		for _, value := range values {
			for _, l := range s.laws {
				keys := map[string]string{"impl": l.impl, "as": l.as}
				for k, v := range s.Point {
					keys[k] = v
				}
				if s.Axis != "" {
					keys[s.Axis] = value
				}
				pairs := []string{"impl", l.impl, "as", l.as}
				for _, a := range p.Axes {
					pairs = append(pairs, a.Key, keys[a.Key])
				}
				c := catalog.Case{Name: catalog.Name(p.Benchmark, pairs...), Keys: keys, Situations: []string{s.ID}, MinTime: "0s", Setup: "0s"}
				c.Scaling = s.scaling && l.as == "goroutine" && value == s.Point[s.Axis]
				cases = append(cases, caseOf{c, l, s.work(keys)})
			}
		}
	}
	for _, c := range cases {
		p.Cases = append(p.Cases, c.Case)
	}
	return cases
}

func syntheticCatalog() (*catalog.Catalog, []caseOf) {
	c := &catalog.Catalog{Version: catalog.Version, Grid: "quick", Verdicts: []catalog.Verdict{
		{
			ID: "channel-or-mutex", Question: "Channel or mutex?",
			A:          catalog.Group{Name: "a channel", Match: map[string][]string{"impl": {"chan", "chan.done"}, "as": {"goroutine"}}},
			B:          catalog.Group{Name: "a mutex-guarded buffer", Match: map[string][]string{"impl": {"mutex.ring", "mutex.slice"}, "as": {"goroutine"}}},
			Situations: []string{"queue-many"},
		},
		{
			ID: "goroutine-or-process", Question: "Goroutine or process?",
			A:          catalog.Group{Name: "goroutines", Match: map[string][]string{"as": {"goroutine"}}},
			B:          catalog.Group{Name: "worker processes", Match: map[string][]string{"as": {"process"}}},
			Situations: []string{"pool-10us", "queue-across", "pool-crash"},
		},
		{
			ID: "bounded-or-unbounded", Question: "Bounded or unbounded?",
			A:          catalog.Group{Name: "a goroutine per task", Match: map[string][]string{"impl": {"go"}}},
			B:          catalog.Group{Name: "a bounded pool", Match: map[string][]string{"impl": {"sem", "errgroup", "workers.chan", "workers.mutex"}}},
			Situations: []string{"pool-10us"},
		},
	}}
	var cases []caseOf
	p, situations := queueSynthetic()
	cases = append(cases, lay(&p, situations, queueLaws)...)
	c.Patterns = append(c.Patterns, p)
	p, situations = poolSynthetic()
	cases = append(cases, lay(&p, situations, poolLaws)...)
	c.Patterns = append(c.Patterns, p)
	return c, cases
}

// syntheticPlaces are where scaling cases are measured; the others in the place
// {2, 2} only.
var syntheticPlaces = []place{{1, 1, ""}, {1, 2, ""}, {2, 1, ""}, {2, 2, ""}, {2, 4, ""}}

const syntheticRounds = 10

// synthesize writes a study of made-up costs: shuffled rounds, noise that a round
// shares and noise of each sample, a drift of the machine, an outlier now and then
// and one failed sample.
func synthesize(t *testing.T, dir string) {
	t.Helper()
	c, cases := syntheticCatalog()
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	machine := study.Machine{
		CPU: "Synthetic CPU", CPUs: 2, OS: "linux", Arch: "amd64", Kernel: "6.1", Virtual: true, Clock: "tsc",
		MemoryMiB: 4096, Go: "go1.26.0", Commit: "0123456789abcdef", Command: "measure", Grid: "quick",
		Seed: 7, Rounds: syntheticRounds, SpinPerUS: 500, CPUList: []int{1, 2}, Procs: []int{1, 2, 4},
		Benchtime: "50ms", Start: start, End: start.Add(4 * time.Minute), Complete: true, Warnings: []string{},
	}
	w, err := study.Create(dir, machine, data)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	type cellOf struct {
		caseOf
		place
		control bool
	}
	var cells []cellOf
	for _, c := range cases {
		for _, at := range syntheticPlaces {
			if c.Scaling || at == (place{2, 2, ""}) {
				cells = append(cells, cellOf{c, at, false})
			}
		}
	}
	cells = append(cells, cellOf{place: place{2, 2, ""}, control: true})
	sampled := 0
	for round := 1; round <= syntheticRounds; round++ {
		weather := math.Exp(0.04 * rng.NormFloat64())
		for order, i := range rng.Perm(len(cells)) {
			c := cells[i]
			sampled++
			s := study.Sample{
				Round: round, Order: order, Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, Control: c.control,
				N: 1000, Start: start.Add(time.Duration(sampled) * 100 * time.Millisecond), Wall: 0.09, Load1: 1,
			}
			helping := float64(min(c.cpus, c.procs))
			ns := c.overhead*math.Pow(c.contention, math.Log2(float64(c.procs))) + c.work/helping
			if c.control {
				ns, weather = 1e6, math.Exp(0.004*rng.NormFloat64())
			}
			ns *= weather * math.Exp(0.015*rng.NormFloat64())
			if rng.IntN(150) == 0 {
				ns *= 1.6
			}
			ns = math.Round(ns*1000) / 1000
			s.Values = map[string]float64{"ns/op": ns}
			if !c.control {
				s.Values["cpu-ns/op"] = math.Round(ns*helping*970) / 1000
			}
			if round == 4 && c.Name == cells[0].Name && c.place == cells[0].place {
				s.Values, s.N, s.Error = nil, 0, "exit status 2\npanic: planted"
			}
			if err := w.Append(s, printed(t, s, c.control), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// printed is the line of raw.txt for a sample.
func printed(t *testing.T, s study.Sample, control bool) *benchfmt.Result {
	t.Helper()
	if control || s.Error != "" {
		return nil
	}
	name := s.Case[len("Benchmark"):]
	if s.GOMAXPROCS > 1 {
		name += "-" + strconv.Itoa(s.GOMAXPROCS)
	}
	r := &benchfmt.Result{Name: benchfmt.Name(name), Iters: s.N}
	for _, unit := range []string{"ns/op", "cpu-ns/op"} {
		r.Values = append(r.Values, benchfmt.Value{Value: s.Values[unit], Unit: unit})
	}
	r.SetConfig("goos", "linux")
	r.SetConfig("goarch", "amd64")
	r.SetConfig("pkg", "crossover/bench")
	return r
}

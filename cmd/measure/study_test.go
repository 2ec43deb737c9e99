package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

const healthy = "impl=(good|other)/"

// TestGivenSpin: the work of an earlier study can be asked for. The fake says what it
// was told, as it wants 1000.
func TestGivenSpin(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 1, args(t, dir, "-bench", "impl=good/", "-rounds", "1", "-spin", "900")...)
	if !strings.Contains(stderr, "-spin=900") {
		t.Errorf("the entrant was not told:\n%s", stderr)
	}
	if m := readMachine(t, dir); m.SpinPerUS != 900 {
		t.Errorf("%d iterations per microsecond, want 900", m.SpinPerUS)
	}
}

// One sample per cell and round, in both files, of the N that was fixed.
func TestStudy(t *testing.T) {
	const rounds = 4
	dir := filepath.Join(t.TempDir(), "study")
	stdout, stderr := must(t, 0, args(t, dir, "-bench", healthy, "-rounds", "4", "-seed", "7")...)
	if want := dir + "\ngo run ./cmd/report " + dir + "\n"; stdout != want {
		t.Errorf("printed %q, want %q", stdout, want)
	}
	for _, want := range []string{"samples in", "timed", "control drifted"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("standard error does not tell of %q:\n%s", want, stderr)
		}
	}

	type key struct {
		name        string
		cpus, procs int
		pin         string
	}
	perRound := map[key]map[int]int{}
	n := map[key]int{}
	controls := 0
	orders := map[[2]int]bool{}
	for _, s := range readSamples(t, dir) {
		if s.Error != "" || s.Values["ns/op"] <= 0 || s.Wall <= 0 || s.Start.IsZero() || s.N < 1 {
			t.Errorf("bad sample %+v", s)
		}
		k := key{s.Case, s.CPUs, s.GOMAXPROCS, s.Pin}
		if perRound[k] == nil {
			perRound[k] = map[int]int{}
			n[k] = s.N
		}
		perRound[k][s.Round]++
		if n[k] != s.N {
			t.Errorf("%v: N is %d and %d", k, n[k], s.N)
		}
		if s.Control {
			controls++
		}
		orders[[2]int{s.Round, s.Order}] = true
	}
	cells := len(perRound)
	for k, counts := range perRound {
		if want := map[int]int{1: 1, 2: 1, 3: 1, 4: 1}; !reflect.DeepEqual(counts, want) {
			t.Errorf("%v: samples per round %v, want %v", k, counts, want)
		}
	}
	if controls != rounds || len(orders) != rounds*cells {
		t.Errorf("%d controls in %d places, want %d in %d", controls, len(orders), rounds, rounds*cells)
	}

	m := readMachine(t, dir)
	if !m.Complete || m.Seed != 7 || m.Rounds != rounds || m.SpinPerUS != 1000 || m.End.Before(m.Start) || m.CPUs == 0 || m.Go == "" {
		t.Errorf("machine.json: %+v", m)
	}
	if want := "measure -bench='impl=(good|other)/' -benchtime=1ms -bin=bench.test -o=study -pkg=./testdata/fake -rounds=4 -seed=7"; m.Command != want {
		t.Errorf("command %q, want %q", m.Command, want)
	}
	host, err := os.Hostname()
	if text := readFile(t, filepath.Join(dir, study.MachineFile)); err == nil && regexp.MustCompile(`\b`+regexp.QuoteMeta(host)+`\b`).MatchString(text) {
		t.Errorf("machine.json names the host %s", host)
	}

	for _, name := range []string{study.MachineFile, study.PlanFile, study.SamplesFile} {
		if strings.Contains(readFile(t, filepath.Join(dir, name)), filepath.Dir(fakeBinary(t))) {
			t.Errorf("%s names a folder of this machine", name)
		}
	}

	c, err := catalog.Decode(strings.NewReader(readFile(t, filepath.Join(dir, study.CatalogFile))))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(c.Patterns[0].Cases); got != 3 {
		t.Errorf("the catalog has %d cases, want the 3 measured", got)
	}
	testBenchstat(t, filepath.Join(dir, study.RawFile), rounds, cells-1)
}

// testBenchstat groups raw.txt as unaided benchstat -col /impl does: by
// everything that is not ignored. Each cell must have a sample of each round.
func testBenchstat(t *testing.T, raw string, rounds, cells int) {
	t.Helper()
	out, err := exec.Command("go", "tool", "benchstat", "-format", "csv", "-col", "/impl", raw).CombinedOutput()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, out)
	}
	if strings.Contains(string(out), "need >=") != (rounds < 6) { // its warning about n
		t.Errorf("benchstat on %d rounds:\n%s", rounds, out)
	}

	var parser benchproc.ProjectionParser
	table, err := parser.Parse(".config", nil)
	if err != nil {
		t.Fatal(err)
	}
	row, err := parser.Parse(".fullname", nil)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[[2]benchproc.Key]int{}
	r := benchfmt.NewReader(strings.NewReader(readFile(t, raw)), raw)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			counts[[2]benchproc.Key{table.Project(rec), row.Project(rec)}]++
			for _, c := range rec.Config {
				if !strings.Contains(" goos goarch pkg cpu cpus pin ", " "+c.Key+" ") {
					t.Errorf("raw.txt has configuration %s: %s", c.Key, c.Value)
				}
			}
		case *benchfmt.SyntaxError:
			t.Error(rec)
		}
	}
	for k, n := range counts {
		if n != rounds {
			t.Errorf("benchstat sees n=%d in %v, want %d", n, k, rounds)
		}
	}
	if len(counts) != cells {
		t.Errorf("benchstat sees %d cells, want %d", len(counts), cells)
	}
	if got := strings.Count(readFile(t, raw), "Unit cpu-ns/op"); got != 1 {
		t.Errorf("raw.txt has the unit's metadata %d times, want once", got)
	}
}

// The same seed gives the same order of samples; another one does not.
func TestSeed(t *testing.T) {
	order := func(seed string) (cells []string) {
		dir := filepath.Join(t.TempDir(), "study")
		must(t, 0, args(t, dir, "-bench", healthy, "-rounds", "2", "-cpus", fewCPUs(), "-seed", seed)...)
		for _, s := range readSamples(t, dir) {
			cells = append(cells, cell{Case: catalog.Case{Name: s.Case}, place: place{pair{s.CPUs, s.GOMAXPROCS}, s.Pin}}.String())
		}
		return cells
	}
	first := order("1")
	if again := order("1"); !reflect.DeepEqual(again, first) {
		t.Errorf("seed 1 gave\n%v\nand then\n%v", first, again)
	}
	if other := order("2"); reflect.DeepEqual(other, first) {
		t.Errorf("seeds 1 and 2 both gave %v", first)
	}
}

// The package is built as a person would have it built, and its catalog kept as
// printed.
func TestBuildsPackage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	o, err := parseOptions([]string{"-pkg", "./testdata/fake"})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := assemble(t.Context(), o, &cache{t.TempDir()}, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	if prog.catalog.Grid != "quick" {
		t.Fatalf("catalog %+v", prog.catalog)
	}
	w, err := study.Create(dir, describe(t.Context(), prog), prog.text)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if got := readFile(t, filepath.Join(dir, study.CatalogFile)); got != string(prog.text) {
		t.Errorf("catalog.json is not what the binary printed:\n%s", got)
	}
}

func TestRefusesExistingStudy(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, study.MachineFile)
	if err := os.WriteFile(old, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, stderr := must(t, 2, args(t, dir)...)
	if !strings.Contains(stderr, "-o another name") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("it said %q", stderr)
	}
	if got := readFile(t, old); got != "old" {
		t.Errorf("machine.json was overwritten with %s", got)
	}
}

// Cases that cannot run are recorded and told; the others are measured.
func TestFailingCases(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 1, args(t, dir, "-bench", "impl=(other|fails|crashes)", "-rounds", "2", "-gomaxprocs", "1")...)
	want := map[string]string{"impl=fails": "this case fails", "impl=crashes": "panic: this case crashes"}
	good := 0
	for _, s := range readSamples(t, dir) {
		if s.Error == "" {
			good++
			continue
		}
		if s.Round > 0 {
			t.Errorf("measured without a number of operations: %+v", s)
		}
		for impl, message := range want {
			if strings.Contains(s.Case, impl) && strings.Contains(s.Error, message) && s.Values == nil {
				delete(want, impl)
			}
		}
		if strings.Contains(s.Error, filepath.Dir(fakeBinary(t))) {
			t.Errorf("the error names a folder of this machine: %s", s.Error)
		}
		if !strings.Contains(stderr, s.Case) {
			t.Errorf("standard error does not tell of %s:\n%s", s.Case, stderr)
		}
	}
	if len(want) > 0 {
		t.Errorf("not recorded as told: %v", want)
	}
	if good == 0 || !readMachine(t, dir).Complete {
		t.Errorf("%d good samples; the study did not go on", good)
	}
}

// A case that starts to fail when its N is long fixed fails in those rounds only.
func TestFlakyCase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	spoiler := filepath.Join(t.TempDir(), "spoiler")
	t.Setenv("FAKE_FLAKY", spoiler)
	go func() {
		for { // once a good sample is on disk
			data, _ := os.ReadFile(filepath.Join(dir, study.RawFile))
			if bytes.Contains(data, []byte("BenchmarkFake/impl=flaky")) {
				os.WriteFile(spoiler, nil, 0o666)
				return
			}
			if t.Context().Err() != nil {
				return
			}
		}
	}()
	_, stderr := must(t, 1, args(t, dir, "-bench", "impl=flaky", "-rounds", "40")...)
	good, bad := 0, 0
	for _, s := range readSamples(t, dir) {
		switch {
		case s.Control, strings.HasPrefix(s.Case, "BenchmarkFakeFloor"):
		case s.Error == "":
			good++
		case strings.Contains(s.Error, "this case fails now"):
			bad++
		default:
			t.Errorf("unexpected failure %q", s.Error)
		}
	}
	if good == 0 || bad == 0 || good+bad != 40 {
		t.Errorf("%d good and %d failed samples, want some of both and 40 together", good, bad)
	}
	if strings.Count(stderr, "this case fails now") != 1 {
		t.Errorf("the failure should be told once:\n%s", stderr)
	}
}

// An interruption keeps the samples before it, whole, and says what to do.
func TestInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	status := make(chan int, 1)
	go func() { status <- run(ctx, args(t, dir, "-bench", healthy, "-rounds", "10000"), &stdout, &stderr) }()
	await(t, "ten samples", func() bool {
		data, _ := os.ReadFile(filepath.Join(dir, study.SamplesFile))
		return bytes.Count(data, []byte("\n")) >= 10
	})
	cancel()
	if got := <-status; got != 130 {
		t.Fatalf("exit status %d, want 130\n%s", got, stderr.String())
	}
	if want := regexp.MustCompile(`interrupted; \d+ rounds are whole and kept: go run ./cmd/report .*; go on: go run ./cmd/measure -resume `); !want.MatchString(stderr.String()) {
		t.Errorf("it said\n%s", stderr.String())
	}
	wholeStudy(t, dir)
}

// wholeStudy checks that what an early end left can be read: whole samples, the
// same in both files, and machine.json saying that there should be more.
func wholeStudy(t *testing.T, dir string) {
	t.Helper()
	results := 0
	r := benchfmt.NewReader(strings.NewReader(readFile(t, filepath.Join(dir, study.RawFile))), study.RawFile)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			results++
		case *benchfmt.SyntaxError:
			t.Error(rec)
		}
	}
	for _, s := range readSamples(t, dir) {
		if s.Error != "" {
			t.Errorf("a sample failed: %+v", s)
		}
		if !s.Control {
			results--
		}
	}
	if results != 0 {
		t.Errorf("raw.txt has %d results more than samples.jsonl", results)
	}
	if m := readMachine(t, dir); m.Complete || m.End.IsZero() {
		t.Errorf("machine.json: %+v", m)
	}
}

// wholePlan checks a complete study: each cell once in each round, of one N.
func wholePlan(t *testing.T, dir string, rounds int) {
	t.Helper()
	s, err := study.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Machine.Complete || len(s.Warnings) > 0 || len(s.Failed) > 0 {
		t.Errorf("complete: %v, warnings %q, failed %+v", s.Machine.Complete, s.Warnings, s.Failed)
	}
	seen := map[string]int{}
	n := map[string]int{}
	for _, m := range s.Measured {
		cell := fmt.Sprint(m.Case, m.CPUs, m.GOMAXPROCS, m.Pin)
		seen[fmt.Sprint(cell, " round ", m.Round)]++
		if n[cell] == 0 {
			n[cell] = m.N
		}
		if n[cell] != m.N {
			t.Errorf("%s: N is %d and %d", cell, n[cell], m.N)
		}
	}
	if len(seen) != rounds*len(n) || len(s.Measured) != len(seen) || len(s.Control) != rounds {
		t.Errorf("%d samples in %d places, %d cells × %d rounds, %d controls", len(s.Measured), len(seen), len(n), rounds, len(s.Control))
	}
}

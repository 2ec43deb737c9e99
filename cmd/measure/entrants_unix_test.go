//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/study"
)

const peerCommand = "sh ./testdata/peer.sh"

// A program that is not Go takes part in the same rounds.
func TestWith(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	must(t, 0, args(t, dir, "-with", peerCommand, "-bench", "impl=(other|peer|offer)/", "-rounds", "3", "-cpus", fewCPUs(), "-gomaxprocs", "1,2")...)
	count := map[string]int{}
	for _, s := range readSamples(t, dir) {
		if s.Error != "" {
			t.Errorf("%+v", s)
		}
		count[s.Case]++
		switch {
		case strings.Contains(s.Case, "impl=peer"):
			if s.Histogram != "HISTFAAAA none none" || s.Runtime != nil {
				t.Errorf("a peer's sample %+v", s)
			}
		case strings.Contains(s.Case, "impl=offer"):
			if s.Histogram != "HISTFAAAA 2e+04 none" { // the ns/op of the other
				t.Errorf("capacity: %+v", s)
			}
		case s.Runtime == nil || s.Runtime.GCShare != 0.25 || s.Runtime.GCCycles != 3 || s.Runtime.SchedP99 != 1000:
			t.Errorf("what the runtime went through: %+v", s.Runtime)
		}
	}
	want := map[string]int{
		"": 3, "BenchmarkFakeFloor/of=nap": 3,
		"BenchmarkFake/impl=other/as=goroutine/size=1": 6,
		"BenchmarkFake/impl=peer/as=process/size=1":    3,
		"BenchmarkFake/impl=offer/as=process/size=1":   3,
	}
	for name, n := range want {
		if count[name] != n {
			t.Errorf("%q has %d samples, want %d", name, count[name], n)
		}
	}
	testBenchstat(t, filepath.Join(dir, study.RawFile), 3, 5)
	s, err := study.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Catalog.Patterns[0]; len(got.Cases) != 3 || got.Baseline != "good" || len(s.Warnings) > 0 {
		t.Errorf("catalog %+v, warnings %q", got.Cases, s.Warnings)
	}
	var names []string
	for _, e := range s.Machine.Entrants {
		names = append(names, e.Name)
		if len(e.SHA256) != 64 {
			t.Errorf("%s has the checksum %q", e.Name, e.SHA256)
		}
	}
	if got := strings.Join(names, ", "); got != "./testdata/fake, sh ./testdata/peer.sh" {
		t.Errorf("entrants %s", got)
	}
}

// An entrant that is not available here is left out with one line.
func TestWithAbsent(t *testing.T) {
	t.Setenv("PEER_ABSENT", "1")
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 0, args(t, dir, "-with", peerCommand, "-bench", "impl=other/", "-rounds", "1")...)
	const want = "warning: sh ./testdata/peer.sh is left out: no such interpreter here\n"
	if !strings.Contains(stderr, want) {
		t.Errorf("it said %q", stderr)
	}
	_, stderr = must(t, 0, args(t, dir+"-2", "-with", "no-such-command -x", "-bench", "impl=other/", "-rounds", "1")...)
	if !strings.Contains(stderr, "warning: no-such-command -x is left out: there is no no-such-command in the PATH\n") {
		t.Errorf("it said %q", stderr)
	}
	if m := readMachine(t, dir); len(m.Entrants) != 1 || !strings.Contains(strings.Join(m.Warnings, "\n"), "left out") {
		t.Errorf("machine.json: %+v", m)
	}
}

// Without the capacity there is nothing to offer a share of.
func TestCapacityFails(t *testing.T) {
	t.Setenv("PEER_CAPACITY_OF", "fails/as=goroutine")
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 1, args(t, dir, "-with", peerCommand, "-bench", "impl=offer/", "-rounds", "2")...)
	if !strings.Contains(stderr, "the case whose capacity it is offered a share of failed: BenchmarkFake/impl=fails/") {
		t.Errorf("it said %q", stderr)
	}
	failed := 0
	for _, s := range readSamples(t, dir) {
		if s.Error != "" && s.Round == 0 {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d failures recorded, want that of either case", failed)
	}
}

// Nor where the plan lost what it was, and some were offered shares of it: what follows would
// be offered shares of something else.
func TestCapacityLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	must(t, 0, args(t, dir, "-with", peerCommand, "-bench", "impl=(peer|offer)/", "-rounds", "2")...)
	for name, change := range map[string]func(string) string{
		study.PlanFile:    func(s string) string { return s[:strings.Index(s, "\n")+1] },
		study.MachineFile: func(s string) string { return strings.Replace(s, `"complete": true`, `"complete": false`, 1) },
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(change(readFile(t, path))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // nor at a second attempt
		_, stderr := must(t, 1, "-resume", dir, "-bin", fakeBinary(t), "-pkg", "./testdata/fake", "-with", peerCommand)
		if !strings.Contains(stderr, "plan.jsonl was cut") {
			t.Errorf("it said %q", stderr)
		}
	}
}

// An entrant that does not do what it is asked for fails, with its reason, and the others
// are measured.
func TestWithFault(t *testing.T) {
	for _, test := range []struct{ fault, says string }{
		{"number", "its result is of 1 operations, it was asked for"},
		{"flood", "it printed more than 4 MiB"},
		{"pipe", "what it left at CROSSOVER_HISTOGRAM is no file"},
		{"garbage", "what it left at CROSSOVER_RUNTIME: unexpected end of JSON input"},
		{"folder", "what it left at CROSSOVER_HISTOGRAM is no file"},
		{"place", "exit status 1"},
		{"bytes", `a unit "\xff/op", which is no text`},
	} {
		t.Run(test.fault, func(t *testing.T) {
			t.Setenv("PEER_FAULT", test.fault)
			dir := filepath.Join(t.TempDir(), "study")
			_, stderr := must(t, 1, args(t, dir, "-with", peerCommand, "-bench", "impl=(other|peer)/", "-rounds", "2", "-cpus", fewCPUs(), "-gomaxprocs", "1")...)
			if !strings.Contains(stderr, test.says) {
				t.Errorf("it said %.500q", stderr)
			}
			good := 0
			for _, s := range readSamples(t, dir) {
				switch {
				case s.Error == "" && s.Case != "":
					good++
				case s.Error != "" && (s.Values != nil || s.N != 0 || s.Histogram != ""):
					t.Errorf("of a failure is kept %+v", s)
				case s.Error != "" && !strings.Contains(s.Case, "impl=peer"):
					t.Errorf("%s failed too: %s", s.Case, s.Error)
				}
			}
			if good == 0 {
				t.Error("nothing else was measured")
			}
		})
	}
}

// What one entrant says of ns/op is not said of everybody's.
func TestUnitOfAll(t *testing.T) {
	t.Setenv("PEER_FAULT", "units")
	dir := filepath.Join(t.TempDir(), "study")
	must(t, 0, args(t, dir, "-with", peerCommand, "-bench", "impl=peer/", "-rounds", "1")...)
	if raw := readFile(t, filepath.Join(dir, study.RawFile)); strings.Contains(raw, "assume") || strings.Contains(raw, "higher") || !strings.Contains(raw, "Unit cpu-ns/op") {
		t.Errorf("raw.txt:\n%s", raw)
	}
}

// What a sample leaves goes, though it let nobody write there. (Root may write anywhere.)
func TestLockedPlace(t *testing.T) {
	t.Setenv("PEER_FAULT", "locked")
	caches := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", caches)
	dir := filepath.Join(t.TempDir(), "study")
	_, stderr := must(t, 0, args(t, dir, "-with", peerCommand, "-bench", "impl=(other|peer)/", "-rounds", "2")...)
	if left, err := filepath.Glob(filepath.Join(caches, "crossover", "sample*")); err != nil || len(left) > 0 {
		t.Errorf("left are %q, %v; it said %q", left, err, stderr)
	}
}

// A place that cannot be made ends the study: nobody could leave anything.
func TestNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	r := &sampler{cpus: []int{0}, patience: time.Minute, scratch: filepath.Join(file, "x")}
	if s, err := r.run(t.Context(), cell{by: &entrant{name: "x", argv: []string{"true"}}}, "1x"); s != nil || err == nil || !strings.Contains(err.Error(), "making a place for what a sample leaves") {
		t.Errorf("sample %+v, %v", s, err)
	}
}

// A program that is gone ends the study: each of its samples would be lost.
func TestStartedNoMore(t *testing.T) {
	gone := &entrant{name: "gone", argv: []string{filepath.Join(t.TempDir(), "gone")}}
	r := &sampler{cpus: []int{0}, patience: time.Minute}
	if s, err := r.run(t.Context(), cell{by: gone, place: place{pair: pair{cpus: 1, procs: 1}}}, "1x"); s != nil || err == nil || !strings.Contains(err.Error(), "gone cannot be started any more") {
		t.Errorf("sample %+v, %v", s, err)
	}
}

// A program that is replaced ends the study too.
func TestReplaced(t *testing.T) {
	script := filepath.Join(t.TempDir(), "x.sh")
	write := func(text string) {
		t.Helper()
		os.Remove(script)
		if err := os.WriteFile(script, []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write("exit 0")
	e, err := fromCommand("sh " + script)
	if err != nil {
		t.Fatal(err)
	}
	r := &sampler{cpus: []int{0}, patience: time.Minute}
	c := cell{by: e, place: place{pair: pair{cpus: 1, procs: 1}}}
	if s, err := r.run(t.Context(), c, "1x"); s == nil || err != nil {
		t.Errorf("as it was: sample %+v, %v", s, err)
	}
	write("exit 0 # and more")
	if s, err := r.run(t.Context(), c, "1x"); s != nil || err == nil || !strings.Contains(err.Error(), "was replaced while it was measured") {
		t.Errorf("replaced: sample %+v, %v", s, err)
	}
}

// Where nobody can run, measuring does not go on for as long as it was given.
func TestNobodyRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	t.Setenv("PEER_FAULT", "all")
	_, stderr := must(t, 1, args(t, dir, "-with", peerCommand, "-bench", "impl=peer/", "-budget", "10m")...)
	if !strings.Contains(stderr, "not one case ran") {
		t.Errorf("it said %q", stderr)
	}
}

// Placements are cells of their own, and configuration in raw.txt.
func TestPins(t *testing.T) {
	if cpus, err := affinity.CPUs(); err != nil || len(cpus) < 2 || !affinity.Settable {
		t.Skip("there is no choice")
	}
	dir := filepath.Join(t.TempDir(), "study")
	must(t, 0, args(t, dir, "-bench", "impl=good/.*size=2", "-rounds", "2")...)
	count := map[string]int{}
	for _, s := range readSamples(t, dir) {
		if strings.HasSuffix(s.Case, "size=2") {
			count[s.Pin]++
		}
	}
	if count[""] != 2 || count["one"] != 2 || count["split"] != 2 {
		t.Errorf("samples by pin: %v", count)
	}
	if raw := readFile(t, filepath.Join(dir, study.RawFile)); !strings.Contains(raw, "pin: one\n") || !strings.Contains(raw, "pin: split\n") {
		t.Errorf("raw.txt:\n%s", raw)
	}
	testBenchstat(t, filepath.Join(dir, study.RawFile), 2, 4)
}

func TestBadWith(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	for _, test := range []struct {
		with   string
		status int
		says   string
	}{
		{"", 2, "no command"},
		{"'sh", 2, "a quote is not closed"},
		{"sh -c 'echo {; exit 0' sh", 1, "reading catalog"},
		{"sh -c 'echo broken >&2; exit 1' sh", 1, "broken"},
		{"sh -c 'echo \"{\\\"version\\\":9}\"' sh", 1, "version 9"},
	} {
		_, stderr := must(t, test.status, args(t, dir, "-with", test.with)...)
		if !strings.HasPrefix(stderr, "measure: ") || !strings.Contains(stderr, test.says) {
			t.Errorf("-with %s: it said %q, want %q", test.with, stderr, test.says)
		}
	}
}

// What the kernel counted of a process is called by its name.
func TestUsage(t *testing.T) {
	cmd := exec.Command("sleep", "0.01") // which it does by itself
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	var b study.Beside
	usage(cmd.ProcessState, &b)
	if b.Voluntary != int64(u.Nvcsw) || b.Involuntary != int64(u.Nivcsw) || b.MaxRSSKiB <= 0 {
		t.Errorf("%+v of %+v", b, u)
	}
}

// Processes that do not agree how much work makes a microsecond are told of.
func TestUncertainSpin(t *testing.T) {
	script := `n=$(cat n 2>/dev/null || echo 100); echo $n; echo $((n + $STEP)) >n`
	for _, test := range []struct{ step, says string }{
		{"5", ""},
		{"50", "The rate of calibrated work is uncertain: from process to process it was between 175 and 425 iterations per µs (half of them), 300 is used."},
	} {
		t.Setenv("STEP", test.step)
		e := entrant{name: "sh", argv: []string{"/bin/sh", "-c", script}, dir: t.TempDir()}
		said := ""
		n, err := e.spin(t.Context(), func(s string) { said += s })
		if step, _ := strconv.Atoi(test.step); err != nil || n != 100+4*step || !strings.HasPrefix(said, test.says) || test.says == "" && said != "" {
			t.Errorf("steps of %s: %d, %v, %q", test.step, n, err, said)
		}
	}
}

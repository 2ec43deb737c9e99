package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

func TestBadCommandLines(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-nonsense", "-nonsense"},
		{"-rounds x", `"x"`},
		{"-rounds 0", "-rounds 0"},
		{"-rounds 2000000000", "-rounds 2000000000: between 1 and 1000000"},
		{"-benchtime 2000000h", "-benchtime 2000000h"},
		{"-resume=", "-resume is given, and empty"},
		{"-profile=", "-profile is given, and empty"},
		{"-bench=", "-bench is given, and empty"},
		{"-dry-run -selftest", "-dry-run prints the plan of a study"},
		{"-resume x -profile y", "-resume goes on with a study"},
		{"-resume x", "does not go with -resume: a study is gone on with as it was begun"},
		{"-benchtime 0", "-benchtime 0"},
		{"-benchtime 100x", "100x"},
		{"-grid big", "-grid big: there are quick and full"},
		{"-cpus 1,two", "-cpus 1,two: want counts such as 1,2,4"},
		{"-cpus 0", "-cpus 0"},
		{"-cpus 1000000", "-cpus 1000000"},
		{"-cpus 9223372036854775807", "measure itself may use"},
		{"-gomaxprocs -1", "-gomaxprocs -1"},
		{"-gomaxprocs ,", "-gomaxprocs ,"},
		{"-bench (", "-bench: "},
		{"-bench nothing", "-bench nothing: no case of the quick grid matches"},
		{"-budget 0", "-budget 0"},
		{"-spin -1", "-spin -1"},
		{"-budget soon", "soon"},
		{"-until 0%", "3%"},
		{"-until never", "never"},
		{"-selftest=long", "-selftest=full"},
		{"-selftest -bench more5", "-bench does not go with -selftest, which measures all of crossover/internal/selftest"},
		{"-selftest", "does not go with -selftest"}, // as args gives it a package
		{"-studies a", "-studies: two folders"},
		{"-studies .,./", "are one study"},
		{"-pkg ,", "-pkg"},
		{"-bin x", "-bin names 2 and -pkg 1: want the test binary of each package"}, // as args gives it one
		{"-bin=", "-bin"},
		{"quick", `unexpected argument "quick"`},
	} {
		t.Run(test.args, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "study")
			stdout, stderr := must(t, 2, args(t, dir, strings.Fields(test.args)...)...)
			if !strings.HasPrefix(stderr, "measure: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, test.want) {
				t.Errorf("it said %q, want one line with %q", stderr, test.want)
			}
			if stdout != "" {
				t.Errorf("it printed %q", stdout)
			}
		})
	}
}

func TestBadPackage(t *testing.T) {
	_, stderr := must(t, 1, "-pkg", "./testdata/none")
	if !strings.Contains(stderr, "finding package ./testdata/none") {
		t.Errorf("it said %q", stderr)
	}
}

// TestWithoutGo: where there is neither Go nor the source, binaries that were brought along are
// measured, and where none were that is said.
func TestWithoutGo(t *testing.T) {
	fakeBinary(t) // is built by Go
	t.Setenv("PATH", t.TempDir())
	t.Chdir(t.TempDir())
	stdout, _ := must(t, 0, args(t, "study", "-rounds", "1", "-bench", "impl=good")...)
	if strings.Contains(stdout, "go run") || !strings.HasSuffix(stdout, "report study\n") {
		t.Errorf("it said %q", stdout)
	}
	s, err := study.Read("study")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Measured) == 0 || len(s.Failed) > 0 || s.Machine.Commit != "" || s.Machine.GoEnv["CGO_ENABLED"] == "" {
		t.Errorf("%d samples, %d failed, commit %q, settings of Go %v", len(s.Measured), len(s.Failed), s.Machine.Commit, s.Machine.GoEnv)
	}
	for _, missing := range [][]string{{}, {"-selftest", "-o", "self"}} {
		if _, stderr := must(t, 1, missing...); !strings.Contains(stderr, "there is no go in the PATH") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: it said %q", missing, stderr)
		}
	}
	if _, stderr := must(t, 2, "-selftest", "-o", "self", "-bin", fakeBinary(t)); !strings.Contains(stderr, "is not the test binary of crossover/internal/selftest") {
		t.Errorf("a self-test of something else: %q", stderr)
	}
	if _, stderr := must(t, 2, "-selftest=full", "-bin", fakeBinary(t)); !strings.Contains(stderr, "-bin does not go with -selftest=full") {
		t.Errorf("a full self-test: %q", stderr)
	}
	if _, err := os.Stat("self"); err == nil {
		t.Error("the folder of a self-test that did not begin is left behind")
	}
}

// A package whose tests are ordinary ones cannot take part, and is told so.
func TestNoProtocol(t *testing.T) {
	_, stderr := must(t, 1, "-pkg", "crossover/internal/study")
	if !strings.Contains(stderr, "does not know the flags of the protocol") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("it said %q", stderr)
	}
}

func TestManual(t *testing.T) {
	stdout, stderr := must(t, 0, "-h")
	for _, want := range []string{"Measure runs the benchmark cases", "\n\t-cpus LIST\n", "exit status is 0"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the manual lacks %q:\n%s", want, stdout)
		}
	}
	for _, unwanted := range []string{"//", "package main"} {
		if strings.Contains(stdout, unwanted) {
			t.Errorf("the manual contains %q", unwanted)
		}
	}
	if stderr != "" {
		t.Errorf("on standard error: %q", stderr)
	}
}

// -dry-run starts no sample and writes nothing.
func TestDryRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	stdout, _ := must(t, 0, args(t, dir, "-dry-run", "-bench", "impl=other", "-cpus", fewCPUs(), "-gomaxprocs", "1,3", "-rounds", "7")...)
	for _, want := range []string{
		"BenchmarkFake/impl=other/as=goroutine/size=1  " + fewCPUs() + "     3",
		"BenchmarkControl ",
		"4 cells × 7 rounds = 28 samples, about ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the plan lacks %q:\n%s", want, stdout)
		}
	}
	if files, _ := filepath.Glob(dir); files != nil {
		t.Errorf("it made %s", dir)
	}
}

func TestRecordedCommand(t *testing.T) {
	o, err := parseOptions([]string{"-o", "/home/somebody/results/x", "-bench", "it's|that", "-pkg", "/abs/bench", "-rounds", "3", "-with", "env CONF=/home/somebody/c x.py"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `measure -bench='it'\''s|that' -o=x -pkg=bench -rounds=3 -with='env CONF=c x.py'`; o.command != want {
		t.Errorf("command %s, want %s", o.command, want)
	}
	// An expression that begins like a path is none.
	if o, err = parseOptions([]string{"-bench", "/impl=mutex/as=goroutine"}); err != nil {
		t.Fatal(err)
	}
	if want := "-bench=/impl=mutex/as=goroutine"; o.args[0] != want {
		t.Errorf("for -resume %s is kept, want %s", o.args[0], want)
	}
}

// What a study is gone on with is all that it was begun with, but for where it lies and how it
// began.
func TestResumableArgs(t *testing.T) {
	begun, err := parseOptions([]string{
		"-grid=full", "-bench=x", "-cpus=1,2", "-gomaxprocs=2", "-rounds=7", "-budget=9m", "-until=4%", "-benchtime=30ms", "-spin=8", "-seed=9",
		"-pkg=./a,./b", "-with=sh x", "-o=y", "-like=z",
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := parseOptions(begun.args)
	if err != nil {
		t.Fatal(err)
	}
	if o.out != "" || o.like != "" {
		t.Errorf("again into %q, like %q", o.out, o.like)
	}
	for what, was := range map[string][2]any{
		"grid": {begun.grid, o.grid}, "bench": {begun.bench, o.bench}, "cpus": {begun.cpus, o.cpus}, "GOMAXPROCS": {begun.procs, o.procs}, "rule": {begun.stop, o.stop},
		"benchtime": {begun.benchtime, o.benchtime}, "spin": {begun.spin, o.spin}, "seed": {begun.seed, o.seed}, "packages": {begun.pkgs, o.pkgs}, "commands": {begun.with, o.with},
	} {
		if !reflect.DeepEqual(was[0], was[1]) {
			t.Errorf("%s: %v, begun with %v", what, was[1], was[0])
		}
	}
	if unseeded, err := parseOptions(nil); err != nil || !slices.Contains(unseeded.args, fmt.Sprintf("-seed=%d", unseeded.seed)) {
		t.Errorf("the seed that was drawn, %d, is lost: %q, %v", unseeded.seed, unseeded.args, err)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/study"
)

// TestMain runs the command itself where a test needs it as a process: to kill
// it, or to give it little disk.
func TestMain(m *testing.M) {
	if os.Getenv("MEASURE_TEST_COMMAND") != "" {
		limitFileSize(os.Getenv("MEASURE_TEST_FILE_SIZE"))
		main()
	}
	code := m.Run()
	if dir := filepath.Dir(fake.path); fake.path != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// What cannot be said is an error, like what cannot be done.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	dir := filepath.Join(t.TempDir(), "study")
	study := args(t, dir, "-bench", "impl=other/", "-rounds", "1")
	for _, args := range [][]string{{"-h"}, append(study, "-dry-run"), study} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, full, &stderr); code != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%v: status %d, %q", args, code, stderr.String())
		}
	}
}

// fake is the benchmark binary of testdata/fake, built as measure builds one.
var fake struct {
	once sync.Once
	path string
	err  error
}

// fakeBinary builds the fake once.
func fakeBinary(t *testing.T) string {
	t.Helper()
	fake.once.Do(func() {
		var dir string
		if dir, fake.err = os.MkdirTemp("", "measure-test"); fake.err != nil {
			return
		}
		fake.path = filepath.Join(dir, "bench.test")
		_, fake.err = output(context.Background(), exec.CommandContext(context.Background(), "go", "test", "-c", "-o", fake.path, "./testdata/fake"))
	})
	if fake.err != nil {
		t.Fatal(fake.err)
	}
	return fake.path
}

// args is a short study of the fake in dir.
func args(t *testing.T, dir string, more ...string) []string {
	return append([]string{"-bin", fakeBinary(t), "-pkg", "./testdata/fake", "-benchtime", "1ms", "-o", dir}, more...)
}

// fewCPUs is one CPU, or all where a process cannot be kept to fewer.
func fewCPUs() string {
	if affinity.Settable {
		return "1"
	}
	return strconv.Itoa(runtime.NumCPU())
}

// command is measure as a process of its own.
func command(t *testing.T, args []string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	env = append(env, "MEASURE_TEST_COMMAND=1", "XDG_CACHE_HOME="+t.TempDir()) // killed, it cannot clean up
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// must runs measure in this process and expects the exit status.
func must(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(t.Context(), args, &out, &errs); got != status {
		t.Fatalf("measure %s: exit status %d, want %d\n%s", strings.Join(args, " "), got, status, errs.String())
	}
	return out.String(), errs.String()
}

// await polls until ok, and fails the test if that takes a minute.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
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

func readSamples(t *testing.T, dir string) []study.Sample {
	t.Helper()
	var samples []study.Sample
	for line := range strings.Lines(readFile(t, filepath.Join(dir, study.SamplesFile))) {
		var s study.Sample
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%s: %v in %s", study.SamplesFile, err, line)
		}
		samples = append(samples, s)
	}
	return samples
}

func readMachine(t *testing.T, dir string) study.Machine {
	t.Helper()
	var m study.Machine
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, study.MachineFile))), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

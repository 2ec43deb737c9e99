package study_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

// printed is what a benchmark binary printed, parsed as measure does.
func printed(t *testing.T, output string) (result *benchfmt.Result, units []*benchfmt.UnitMetadata) {
	t.Helper()
	r := benchfmt.NewReader(strings.NewReader(output), "output")
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			result = rec.Clone()
		case *benchfmt.UnitMetadata:
			units = append(units, rec)
		default:
			t.Fatal(rec)
		}
	}
	return result, units
}

func read(t testing.TB, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func create(t *testing.T, dir string) *study.Writer {
	t.Helper()
	w, err := study.Create(dir, study.Machine{CPU: "cpu", Warnings: []string{}}, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const output = `goos: linux
goarch: amd64
pkg: crossover/bench
cpu: A CPU
cpus: 99
load: 0.5
Unit cpu-ns/op better=lower
BenchmarkX/impl=a-2 10 123.4 ns/op 5 cpu-ns/op
`

func TestWriterRaw(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	w := create(t, dir)
	result, units := printed(t, output)
	for _, s := range []study.Sample{
		{Round: 1, CPUs: 1},
		{Round: 1, CPUs: 1},
		{Round: 1, CPUs: 2, Pin: "one"},
		{Round: 2, CPUs: 2},
	} {
		if err := w.Append(s, result, units); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Append(study.Sample{Round: 2, Control: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	const line = "BenchmarkX/impl=a-2 10 123.4 ns/op 5 cpu-ns/op\n"
	want := "Unit cpu-ns/op better=lower\n" +
		"goos: linux\ngoarch: amd64\npkg: crossover/bench\ncpu: A CPU\ncpus: 1\n\n" + line + line +
		"\ncpus: 2\npin: one\n\n" + line +
		"\npin:\n\n" + line
	if got := read(t, dir, study.RawFile); got != want {
		t.Errorf("raw.txt:\n%s\nwant:\n%s", got, want)
	}
	if got := strings.Count(read(t, dir, study.SamplesFile), "\n"); got != 5 {
		t.Errorf("samples.jsonl has %d lines, want 5", got)
	}
}

func TestWriterSamples(t *testing.T) {
	dir := t.TempDir()
	w := create(t, dir)
	want := []study.Sample{
		{Round: 1, Order: 3, Case: "BenchmarkX", CPUs: 2, GOMAXPROCS: 4, N: 10, Values: map[string]float64{"ns/op": 1.5}},
		{Round: 1, Order: 4, Case: "BenchmarkY", Error: "exit status 1\nline 2"},
	}
	for _, s := range want {
		if err := w.Append(s, nil, nil); err != nil {
			t.Fatal(err)
		}
		// Before Close: a sample appended cannot be lost any more.
		var got study.Sample
		lines := strings.Split(strings.TrimSpace(read(t, dir, study.SamplesFile)), "\n")
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, s) {
			t.Errorf("read back %+v, want %+v", got, s)
		}
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestSetMachine(t *testing.T) {
	dir := t.TempDir()
	w := create(t, dir)
	if err := w.SetMachine(study.Machine{Complete: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var m study.Machine
	if err := json.Unmarshal([]byte(read(t, dir, study.MachineFile)), &m); err != nil || !m.Complete {
		t.Errorf("machine.json: %+v, %v", m, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 4 {
		t.Errorf("the folder holds %v, want the four files of a study", entries)
	}
}

// Of two that create a study in one folder at once, one has it whole.
func TestCreateAtOnce(t *testing.T) {
	for range 100 {
		dir := filepath.Join(t.TempDir(), "study")
		var errs [2]error
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				w, err := study.Create(dir, study.Machine{}, []byte("{}"))
				if errs[i] = err; err == nil {
					errs[i] = w.Close()
				}
			})
		}
		wg.Wait()
		if won := slices.Index(errs[:], nil); won < 0 || !errors.Is(errs[1-won], study.ErrExists) {
			t.Fatalf("errors %v, want none and ErrExists", errs)
		}
		for _, name := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A study that cannot begin leaves its name free, and a folder that was there stays.
func TestAbandon(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	for _, there := range []bool{false, true} {
		w := create(t, dir)
		if err := w.SetPlan(study.Plan{}); err != nil {
			t.Fatal(err)
		}
		w.Abandon()
		if entries, err := os.ReadDir(dir); len(entries) > 0 || (err == nil) != there {
			t.Errorf("left behind: %v, %v", entries, err)
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	for _, name := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
			if _, err := study.Create(dir, study.Machine{}, nil); !errors.Is(err, study.ErrExists) {
				t.Errorf("Create: %v, want ErrExists", err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 1 || read(t, dir, name) != "old" {
				t.Errorf("the folder was touched: %v, %v", entries, err)
			}
		})
	}
}

// Of files that belong together none is replaced if one cannot be written.
func TestReplaceFilesTogether(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	if err := study.ReplaceFiles([]study.File{{one, []byte("old")}, {two, []byte("old")}}); err != nil {
		t.Fatal(err)
	}
	if err := study.ReplaceFiles([]study.File{{one, []byte("new")}, {filepath.Join(dir, "nowhere", "file"), nil}}); err == nil {
		t.Error("a file in a folder that is not there was written")
	}
	if data, _ := os.ReadFile(one); string(data) != "old" {
		t.Errorf("one of them is %q", data)
	}
	if all, _ := os.ReadDir(dir); len(all) != 2 {
		t.Errorf("left behind: %v", all)
	}
	if err := study.ReplaceFiles([]study.File{{one, []byte("new")}, {two, []byte("new")}}); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(two); string(data) != "new" {
		t.Errorf("the other is %q", data)
	}
}

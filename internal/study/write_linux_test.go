package study_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

// limitFileSize lets no file grow beyond n bytes until the test ends, as a full
// disk would.
func limitFileSize(t *testing.T, n uint64) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) })
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
}

// A study on a full disk is the samples before it was full, each whole, in both
// files.
func TestWriterFullDisk(t *testing.T) {
	for _, first := range []string{study.RawFile, study.SamplesFile} {
		t.Run(first, func(t *testing.T) {
			result, units := printed(t, output)
			if first == study.RawFile { // make it the one that grows faster
				result.Name = benchfmt.Name("X/impl=" + strings.Repeat("a", 1000))
			}
			dir := t.TempDir()
			w := create(t, dir)
			limitFileSize(t, 5000)
			written := 0
			var err error
			for err == nil && written < 1000 {
				if err = w.Append(study.Sample{Round: 1, CPUs: 1, Case: "X"}, result, units); err == nil {
					written++
				}
			}
			if err == nil {
				t.Fatal("1000 samples fitted into 5000 bytes")
			}
			if !strings.Contains(err.Error(), first) {
				t.Errorf("error %q does not name %s", err, first)
			}
			w.Close()
			if n := wholeSamples(t, read(t, dir, study.SamplesFile)); n != written {
				t.Errorf("samples.jsonl has %d samples, want %d", n, written)
			}
			if n := wholeResults(t, read(t, dir, study.RawFile)); n != written {
				t.Errorf("raw.txt has %d results, want %d", n, written)
			}
		})
	}
}

func wholeSamples(t *testing.T, text string) (n int) {
	t.Helper()
	for line := range strings.Lines(text) {
		n++
		if err := json.Unmarshal([]byte(line), &study.Sample{}); err != nil {
			t.Errorf("samples.jsonl:%d: %v", n, err)
		}
	}
	return n
}

func wholeResults(t *testing.T, text string) (n int) {
	t.Helper()
	r := benchfmt.NewReader(strings.NewReader(text), study.RawFile)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			n++
			if _, ok := rec.Value("cpu-sec/op"); !ok {
				t.Errorf("raw.txt: result %d is torn", n)
			}
		case *benchfmt.SyntaxError:
			t.Error(rec)
		}
	}
	return n
}

// A pipe in place of a file is refused: nobody might ever write to it.
func TestPipeIsNoFile(t *testing.T) {
	for _, name := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
		dir := written(t)
		path := filepath.Join(dir, name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := study.Read(dir); err == nil || !strings.Contains(err.Error(), name+" is no file") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

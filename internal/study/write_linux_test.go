package study_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

// limited says that no file may grow beyond 5000 bytes here.
const limited = "STUDY_TEST_LIMITED"

// onFullDisk reports whether no file can grow beyond 5000 bytes, as on a full disk. If one
// can, it runs the test in a process of its own where that is so: go test keeps a longer
// log of files in this one.
func onFullDisk(t *testing.T) bool {
	t.Helper()
	if os.Getenv(limited) != "" {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 5000, Max: 5000}); err != nil {
			t.Fatal(err)
		}
		return true
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), exe, "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), limited+"=1")
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// A study on a full disk is the samples before it was full, each whole, in both
// files.
func TestWriterFullDisk(t *testing.T) {
	for _, first := range []string{study.RawFile, study.SamplesFile} {
		t.Run(first, func(t *testing.T) {
			if !onFullDisk(t) {
				return
			}
			result, units := printed(t, output)
			if first == study.RawFile { // make it the one that grows faster
				result.Name = benchfmt.Name("X/impl=" + strings.Repeat("a", 1000))
			}
			dir := t.TempDir()
			w := create(t, dir)
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

// A study that does not fit the disk leaves its name free.
func TestCreateOnFullDisk(t *testing.T) {
	if !onFullDisk(t) {
		return
	}
	dir := filepath.Join(t.TempDir(), "study")
	if w, err := study.Create(dir, study.Machine{}, make([]byte, 6000)); err == nil {
		t.Fatalf("%+v, though the disk is full", w)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

// A file that is replaced is as readable as before, a new one for all.
func TestReplacedMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	for _, want := range []fs.FileMode{0o644, 0o640} {
		if err := study.ReplaceFile(path, nil); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("mode %v, want %v, %v", info.Mode(), want, err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
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

// What is ignored, as SIGHUP under nohup, is so afterwards: others ask whether it is.
func TestStaysIgnored(t *testing.T) {
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Ignore(syscall.SIGHUP)
		defer signal.Reset(syscall.SIGHUP)
	}
	if err := study.ReplaceFile(filepath.Join(t.TempDir(), "x"), nil); err != nil {
		t.Fatal(err)
	}
	if !signal.Ignored(syscall.SIGHUP) {
		t.Error("SIGHUP is not ignored any more")
	}
}

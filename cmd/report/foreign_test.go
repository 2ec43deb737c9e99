package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seeds are results of the kinds that come in.
var seeds = []string{
	"goos: linux\npkg: a/b\nBenchmarkX-8 100 12.5 ns/op 0 B/op 0 allocs/op\nBenchmarkX-8 100 12.7 ns/op 0 B/op 0 allocs/op\nPASS\n",
	"BenchmarkX/impl=a/n=10 1 5 ns/op\nBenchmarkX/impl=b/n=10 1 6 ns/op\nBenchmarkX/impl=a/n=100 1 50 ns/op\nBenchmarkX/impl=b/n=100 1 61 ns/op\n",
	"BenchmarkX/<script>alert(1)</script>/ü=µ|* 1 5 ns/op\nBenchmarkX/b 1 -3 ns/op 0 widgets\n",
	"BenchmarkX 1 NaN ns/op\nBenchmarkX 1 +Inf ns/op 3 B/op\nBenchmarkX 1 0 ns/op\nBenchmarkX 1 1e308 ns/op\nBenchmarkX 1 1e-320 ns/op\n",
	"BenchmarkX 1 5 MB/s\nBenchmarkY 1 5 ns/op 5 ns/op\nBenchmarkZ-99999999999999999999 1 5 ns/op\nUnit MB/s better=higher\nUnit x better\n",
	"Benchmark 1 5 ns/op\nBenchmark/ 1 5 ns/op\nBenchmarkA//b/=c/d= 1 5 ns/op\nBenchmarkX 1\nBenchmarkX x 5 ns/op\n",
	"cpus: 2\nBenchmarkX/n=0/n=0-2 1 5 ns/op\ncpus:\nBenchmarkX/n=80pct 1 5 ns/op\nBenchmarkX/n=1h 1 5 ns/op\n",
}

// shown runs a verb on a file of results and reports what it said.
func shown(t testing.TB, text string, verb ...string) (status int, said, dir string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.txt")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "out")
	var out bytes.Buffer
	if len(verb) == 0 {
		verb = []string{"-o", dir}
	}
	status = run(append(verb, path), &out, &out)
	return status, out.String(), dir
}

// FuzzResults: whatever the file holds, the report, the tables and a comparison with
// itself end with a status and a word, and every chart is sound.
func FuzzResults(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		defer watchdog()()
		if len(text) > 20_000 {
			t.Skip()
		}
		status, said, dir := shown(t, text)
		if status != 0 && status != 2 || said == "" {
			t.Errorf("status %d, says %q", status, said)
		}
		svgs, _ := filepath.Glob(filepath.Join(dir, chartsFolder, "*.svg"))
		for _, path := range svgs {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte("NaN")) && !strings.Contains(text, "NaN") {
				t.Errorf("%s holds NaN", path)
			}
		}
		if status, said, _ := shown(t, text, "table"); status > 2 || said == "" {
			t.Errorf("table: status %d, says %q", status, said)
		}
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if status := run([]string{"compare", path, path}, io.Discard, io.Discard); status == 1 {
			t.Error("a file is a regression of itself")
		}
	})
}

// FuzzReaders does so without drawing, which takes long.
func FuzzReaders(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		defer watchdog()()
		if len(text) > 20_000 {
			t.Skip()
		}
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"table", "compare", "advise"} {
			var out bytes.Buffer
			args := []string{verb, path}
			if verb == "compare" {
				args = append(args, path)
			}
			if status := run(args, &out, &out); status < 0 || status > 3 || status == 1 && verb != "table" || out.Len() == 0 {
				t.Errorf("%s: status %d, says %q", verb, status, out.String())
			}
		}
	})
}

func TestForeignResults(t *testing.T) {
	var b strings.Builder
	b.WriteString("goos: linux\ncpu: Some CPU\npkg: example.org/sort\n")
	for i := range 10 {
		for _, impl := range []string{"quick", "heap", "merge ö"} {
			for _, n := range []int{10, 1000, 100000} {
				fmt.Fprintf(&b, "BenchmarkSort/algo=%s/n=%d-4 100 %d ns/op %d B/op\n", strings.ReplaceAll(impl, " ", "_"), n, n*(10+len(impl))+i, n*8)
			}
		}
	}
	b.WriteString("BenchmarkSort/algo=bad-4 x ns/op\nBenchmarkSort/algo=bad-4 1 NaN ns/op\n")
	status, said, dir := shown(t, b.String())
	if status != 0 {
		t.Fatalf("status %d: %s", status, said)
	}
	for _, part := range []string{"of no study", "Sort: compared are the values of algo, along n", "results.txt:94", "results.txt:95", "is NaN", "Some CPU", "heap"} {
		if !strings.Contains(strings.Join(strings.Fields(said), " "), part) {
			t.Errorf("the output does not say %q:\n%s", part, said)
		}
	}
	html := readFile(t, filepath.Join(dir, "report.html"))
	if !strings.Contains(html, "merge_ö") || !strings.Contains(html, `value="memory"`) {
		t.Error("a name or a goal is missing")
	}
	for name, want := range map[string]int{"b1-1-cost": 2*9 + 3} {
		if d := inspect(t, name, []byte(readFile(t, filepath.Join(dir, chartsFolder, name+".svg")))); d.markers != want {
			t.Errorf("%s: %d markers, want %d", name, d.markers, want)
		}
	}
	if status, said, _ := shown(t, "PASS\nok x 1s\n"); status != 2 || !strings.Contains(said, "no benchmark results") {
		t.Errorf("status %d: %s", status, said)
	}
}

// TestTenThousandCases: every one is drawn.
func TestTenThousandCases(t *testing.T) {
	var b strings.Builder
	const n = 10_000
	for i := range n {
		fmt.Fprintf(&b, "BenchmarkX/case=c%d-2 1 %d ns/op\n", i, 100+i)
	}
	status, said, dir := shown(t, b.String())
	if status != 0 {
		t.Fatalf("status %d: %.2000s", status, said)
	}
	markers := 0
	svgs, _ := filepath.Glob(filepath.Join(dir, chartsFolder, "*dots*.svg"))
	for _, path := range svgs {
		markers += strings.Count(readFile(t, path), `<g transform="translate(`)
	}
	if markers != n {
		t.Errorf("%d markers in %d charts for %d cases", markers, len(svgs), n)
	}
}

// TestStudiesTogether: further studies add patterns, of the same machine only.
func TestStudiesTogether(t *testing.T) {
	var out, errs bytes.Buffer
	dir := t.TempDir()
	if status := run([]string{"-o", dir, studyDir, rich(t, 6)}, &out, &errs); status != 2 || !strings.Contains(errs.String(), "another machine") {
		t.Errorf("status %d: %s", status, errs.String())
	}
	out.Reset()
	if status := run([]string{"-o", dir, studyDir, damaged(t, "", nil)}, &out, &errs); status != 0 || !strings.Contains(out.String(), "is in ") {
		t.Errorf("status %d: %s", status, out.String())
	}
	other := damaged(t, "machine.json", replace(`"Synthetic CPU"`, `"Rich CPU"`))
	out.Reset()
	if status := run([]string{"-o", dir, rich(t, 10), other}, &out, &errs); status != 0 || !strings.Contains(out.String(), "pipe: ping-pong") || !strings.Contains(out.String(), "Channel or mutex?") {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
}

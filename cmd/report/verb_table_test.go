package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// xperf is the folder of benchstat's own test data.
func xperf(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/perf").Output()
	if err != nil {
		t.Fatalf("finding golang.org/x/perf: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "cmd", "benchstat", "testdata")
}

// stock builds benchstat once.
func stock(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "benchstat")
	if out, err := exec.Command("go", "build", "-o", path, "golang.org/x/perf/cmd/benchstat").CombinedOutput(); err != nil {
		t.Fatalf("building benchstat: %v\n%s", err, out)
	}
	return path
}

// agrees runs benchstat and report table with the same flags: tables and warnings have
// to be the same to the byte.
func agrees(t *testing.T, benchstat, dir string, args ...string) {
	t.Helper()
	run := func(format string) (want, wantErr string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, benchstat, append([]string{"-format", format}, args...)...)
		cmd.Dir = dir
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(out), errs.String()
	}
	t.Chdir(dir)
	for _, format := range []string{"csv", "text"} {
		var out, errs bytes.Buffer
		status := runTable(append([]string{"-format", format}, args...), &out, &errs)
		want, wantErr := run(format)
		got, gotErr := out.String(), strings.ReplaceAll(errs.String(), "report: ", "")
		if got != want || gotErr != wantErr {
			t.Fatalf("%s, status %d: %s", strings.Join(args, " "), status, firstDifference(got+gotErr, want+wantErr))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestTableAgreesWithBenchstat holds report table to stock benchstat.
func TestTableAgreesWithBenchstat(t *testing.T) {
	benchstat := stock(t)
	dir := xperf(t)
	for _, args := range []string{
		"old.txt new.txt", "new.txt", "new.txt new.txt", "a=old.txt b=new.txt", "crc-old.txt crc-new.txt",
		"-ignore note crc-old.txt crc-new.txt", "-filter /align:0 -row /size -col /poly crc-new.txt",
		"-col note units.txt", "-col note zero.txt", "-col note smallSample.txt", "-col note issue19565.txt",
		"-col note issue19634.txt", "-row .name new.txt", "-col /format new.txt", "-filter .unit:ns/op old.txt new.txt",
		"-col /format@(gob json) new.txt", "-row .fullname@alpha crc-new.txt", "-table .name -row /size@num -col /poly,/align crc-new.txt",
		"-alpha 0.0001 old.txt new.txt", "-confidence 0.99 old.txt new.txt", "-filter -.unit:ns/op crc-new.txt",
	} {
		t.Run(args, func(t *testing.T) {
			list := strings.Fields(args)
			if i := strings.Index(args, "@("); i >= 0 { // one argument with a blank
				list = []string{"-col", "/format@(gob json)", "new.txt"}
			}
			agrees(t, benchstat, dir, list...)
		})
	}
	t.Run("units as written", func(t *testing.T) {
		path := lines(t, "units.txt", "BenchmarkX 1 5 ns/op", "BenchmarkX 1 6 sec/op")
		agrees(t, benchstat, filepath.Dir(path), "-filter", ".unit:ns/op", filepath.Base(path))
	})
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("random ", seed), func(t *testing.T) {
			dir := t.TempDir()
			rng := rand.New(rand.NewPCG(seed, 3))
			for _, name := range []string{"a.txt", "b.txt"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(randomResults(rng)), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for _, args := range [][]string{
				{"a.txt", "b.txt"}, {"-col", "/impl", "a.txt"}, {"-row", ".name", "-col", "/size", "-ignore", "note", "a.txt", "b.txt"},
				{"-table", "note", "-filter", "/impl:(v0 OR v1)", "a.txt", "b.txt"},
			} {
				agrees(t, benchstat, dir, args...)
			}
		})
	}
}

// randomResults is a file of what results can be like: few or many samples, ties,
// zeros, units that come and go, configuration that changes, lines of other programs,
// malformed ones.
func randomResults(rng *rand.Rand) string {
	var b strings.Builder
	b.WriteString("goos: linux\npkg: a/b\nUnit exact-bytes assume=exact\n")
	spread := []float64{0, 0.3, 5, 1000}[rng.IntN(4)] // 0.3 makes many ties
	impls, sizes := 1+rng.IntN(4), 1+rng.IntN(4)
	for range 5 + rng.IntN(200) {
		switch rng.IntN(25) {
		case 0:
			fmt.Fprintf(&b, "note: %d\n", rng.IntN(2))
		case 1:
			b.WriteString([]string{"PASS\n", "ok  \ta/b\t1.2s\n", "note:\n", "\n", "BenchmarkBroken\n", "uNit: x\n", "Über: 1\n"}[rng.IntN(7)])
		case 2:
			b.WriteString([]string{"BenchmarkBad-2 x 5 ns/op\n", "BenchmarkBad-2 10\n", "BenchmarkBad-2 10 5\n", "BenchmarkX/impl=v0-2 10.0 5 ns/op\n", "BenchmarkX/impl=v0/size=0-2 10 1e999 ns/op\n"}[rng.IntN(5)])
		default:
			ns := 100 + spread*rng.Float64()
			value := fmt.Sprintf([]string{"%.0f", "%.2f", "%g", "%e"}[rng.IntN(4)], ns)
			if rng.IntN(20) == 0 {
				value = "0"
			}
			fmt.Fprintf(&b, "BenchmarkX/impl=v%d/size=%d-2 \t %d\t%s ns/op", rng.IntN(impls), rng.IntN(sizes), 1+rng.IntN(1000), value)
			if rng.IntN(3) > 0 {
				fmt.Fprintf(&b, "  %d B/op %d exact-bytes", rng.IntN(3)*16, 7+rng.IntN(40)/39)
			}
			if rng.IntN(5) == 0 {
				fmt.Fprintf(&b, " %.1f MB/s -3 delta", 50*rng.Float64())
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// TestTableMarkdown: the numbers of the text, in tables that GitHub shows; no name is taken for
// markup.
func TestTableMarkdown(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, ns := range map[string]float64{"old.txt": 100, "new_er.txt": 150} {
		text := "pkg: a/b\n"
		for i := range 10 {
			text += fmt.Sprintf("BenchmarkX/a|b 1 %g ns/op\nBenchmark<Y> 1 5 ns/op\n", ns+float64(i))
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	if status := run([]string{"table", "-format", "md", "old.txt", "new_er.txt"}, &out, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, &errs)
	}
	want := `pkg: a/b  

| | old.txt (sec/op) | new\_er.txt (sec/op) | vs base |
|:--|--:|--:|--:|
| X/a\|b | 104.5n ± 3% | 154.5n ± 2% | +47.85% (p=0.000 n=10) |
| &lt;Y&gt; | 5.000n ± 0% | 5.000n ± 0% | \~ (p=1.000 n=10) |
| geomean | 22.86n | 27.79n | +21.59% |

- all samples are equal
`
	if out.String() != want {
		t.Errorf("%s\ngot\n%s\nwant\n%s", firstDifference(out.String(), want), &out, want)
	}
}

// A number that is infinite once it is tidied is none, in whatever line of a benchmark.
func TestTableLeavesOutInfinite(t *testing.T) {
	huge := "1" + strings.Repeat("0", 305)
	for _, number := range []string{"1e305", huge} {
		path := lines(t, "huge.txt", "BenchmarkA 1 5 MB/s", "BenchmarkA 1 "+number+" MB/s", "BenchmarkB 1 "+number+" MB/s")
		var out, errs bytes.Buffer
		status := run([]string{"table", path}, &out, &errs)
		want := fmt.Sprintf("report: %[1]s:2: B/s of BenchmarkA is +Inf: left out\nreport: %[1]s:3: B/s of BenchmarkB is +Inf: left out\n", path)
		if status != 1 || errs.String() != want || strings.Contains(out.String(), "NaN") {
			t.Errorf("%.10s: status %d, said\n%swant\n%s%s", number, status, errs.String(), want, out.String())
		}
	}
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lines writes a file of results: each pattern with these values, one a line.
func lines(t *testing.T, name string, benchmarks ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(benchmarks, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// series8 is eight lines of a benchmark with values that scatter a little, in one unit.
func series8(name, unit string, value float64) (all []string) {
	for i := range 8 {
		all = append(all, fmt.Sprintf("%s 1 %g %s", name, value*(1+float64(i)/100), unit))
	}
	return all
}

func advised(t *testing.T, paths ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(append([]string{"advise"}, paths...), &out, &errs); code != 0 {
		t.Fatalf("exit status %d: %s", code, errs.String())
	}
	return out.String()
}

// One value that is none does not decide: not a time of 0, a share of 0 or less than 0.
func TestZeroDecidesNothing(t *testing.T) {
	for _, test := range []struct{ unit, odd string }{
		{"ns/op", "0 ns/op"}, {"ns/op", "-5 ns/op"}, {"miss-ratio", "0 miss-ratio"},
	} {
		slow, fast := series8("BenchmarkX/v=slow", test.unit, 0.5), series8("BenchmarkX/v=fast", test.unit, 0.05)
		fast[3] = "BenchmarkX/v=fast 1 " + test.odd
		if got := advised(t, lines(t, "x.txt", append(slow, fast...)...)); !strings.Contains(got, "Use fast") || !strings.Contains(got, "slow 1") {
			t.Errorf("with %s: %s", test.odd, got)
		}
	}
}

// What nobody has said of a unit is said, and a rate is better if there is more of it.
func TestDirectionsSaid(t *testing.T) {
	path := lines(t, "x.txt", append(series8("BenchmarkX/v=a", "reqs/s", 5), series8("BenchmarkX/v=b", "reqs/s", 50)...)...)
	if got := advised(t, path); !strings.Contains(got, "Use b") {
		t.Errorf("of rates: %s", got)
	}
	_, out := runReport(t, path)
	page, err := os.ReadFile(filepath.Join(out, "report.md"))
	if err != nil || !strings.Contains(string(page), "more is taken for better") {
		t.Errorf("not said on the page: %v", err)
	}
}

// What is named alike and is not the same stays apart.
func TestNotPooled(t *testing.T) {
	a, b := lines(t, "same.txt", series8("BenchmarkX", "ns/op", 100)...), lines(t, "same.txt", series8("BenchmarkX", "ns/op", 200)...)
	if got := advised(t, a, b); !strings.Contains(got, "costs 2") {
		t.Errorf("files of one name: %s", got)
	}
	path := lines(t, "x.txt", append(series8("BenchmarkX/n=1/n=5", "ns/op", 10), series8("BenchmarkX/n=2/n=5", "ns/op", 1000)...)...)
	if got := advised(t, path); !strings.Contains(got, "costs 100×") {
		t.Errorf("a key that comes again: %s", got)
	}
}

// compared returns what compare says of two files, and its exit status.
func compared(old, new string) (int, string) {
	var out, errs bytes.Buffer
	code := run([]string{"compare", old, new}, &out, &errs)
	return code, out.String() + errs.String()
}

// Where there was nothing and now always is something, something is worse.
func TestFromNothing(t *testing.T) {
	with := func(allocs ...int) (all []string) {
		for _, n := range allocs {
			all = append(all, fmt.Sprintf("BenchmarkX 1 100 ns/op %d allocs/op", n))
		}
		return all
	}
	for _, test := range []struct {
		old, new []string
		status   int
	}{
		{with(0, 0, 0, 0), with(5, 5, 5, 5), 1},
		{with(5, 5, 5, 5), with(0, 0, 0, 0), 0},
		{with(0, 0), with(5, 5), 3},
		{with(0, 0, 0, 1), with(0, 1, 1, 1), 0},
		{with(0, 64, 64, 64, 64, 64, 64, 64, 64, 64), with(0, 6400, 6400, 6400, 6400, 6400, 6400, 6400, 6400, 6400), 3},
		{with(0, 0, 0, 0), with(0, 0, 0, 0), 0},
	} {
		if status, said := compared(lines(t, "old", test.old...), lines(t, "new", test.new...)); status != test.status {
			t.Errorf("%q then %q: status %d, want %d\n%s", test.old, test.new, status, test.status, said)
		}
	}
}

// Two configurations in one file are two cells.
func TestConfigurationsApart(t *testing.T) {
	both := func(factor float64) (all []string) {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, "goarch: "+arch)
			for i := range 8 {
				all = append(all, series8(fmt.Sprintf("BenchmarkX%d", i), "ns/op", factor)...)
			}
			factor *= 3
		}
		return all
	}
	status, said := compared(lines(t, "old", both(100)...), lines(t, "new", both(120)...))
	if status != 1 || !strings.Contains(said, "goarch=arm64") || !strings.Contains(said, "16 worse") {
		t.Errorf("status %d\n%s", status, said)
	}
}

// A result that cannot be written is no result.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	path := lines(t, "x.txt", series8("BenchmarkX/v=a", "ns/op", 1)...)
	for _, args := range [][]string{{"compare", path, path}, {"compare", "-format", "md", path, path}, {"advise", path}} {
		var errs bytes.Buffer
		if code := run(args, full, &errs); code != 2 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: status %d, %q", args, code, errs.String())
		}
	}
}

// Names that are no text are spelled, and charts open all the same.
func TestNamesThatAreNoText(t *testing.T) {
	_, out := runReport(t, lines(t, "x.txt", append(series8("BenchmarkX/\xff", "ns/op", 1), series8("BenchmarkX/b\x1b[31m\x01", "ns/op", 2)...)...))
	for _, name := range []string{"report.md", "charts/b1-1-dots.svg"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || bytes.ContainsAny(data, "\x1b\x01") || !bytes.Contains(data, []byte(`\xff`)) || !bytes.Contains(data, []byte(`b\u001b[31m\u0001`)) {
			t.Errorf("%s does not spell them: %v", name, err)
		}
	}
}

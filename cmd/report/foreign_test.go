package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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
		if !strings.Contains(unwrapped(said), part) {
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

// unwrapped is text without its line breaks, which fall where the length of a path has it.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestStudiesTogether: further studies add patterns, of the same machine only.
func TestStudiesTogether(t *testing.T) {
	var out, errs bytes.Buffer
	dir := t.TempDir()
	if status := run([]string{"-o", dir, studyDir, rich(t, 6)}, &out, &errs); status != 2 || !strings.Contains(errs.String(), "another machine") {
		t.Errorf("status %d: %s", status, errs.String())
	}
	out.Reset()
	if status := run([]string{"-o", dir, studyDir, damaged(t, "", nil)}, &out, &errs); status != 0 || strings.Count(unwrapped(out.String()), " too, and shown is what ") != 1 {
		t.Errorf("status %d: %s", status, out.String())
	}
	other := damaged(t, "machine.json", replace(`"Synthetic CPU"`, `"Rich CPU"`))
	out.Reset()
	if status := run([]string{"-o", dir, rich(t, 10), other}, &out, &errs); status != 0 || !strings.Contains(out.String(), "pipe: ping-pong") || !strings.Contains(out.String(), "Channel or mutex?") {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
}

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
	ratio := lines(t, "x.txt", append(series8("BenchmarkX/v=a", "hitratio", 0.9), series8("BenchmarkX/v=b", "hitratio", 0.5)...)...)
	if got := advised(t, ratio); !strings.Contains(got, "cannot tell: which way is better") || strings.Contains(got, "clear") {
		t.Errorf("of what nobody declared: %s", got)
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
	if got := unwrapped(advised(t, a, b)); !strings.Contains(got, "costs 2") {
		t.Errorf("files of one name: %s", got)
	}
	path := lines(t, "x.txt", append(series8("BenchmarkX/n=one/n=5", "ns/op", 10), series8("BenchmarkX/n=two/n=5", "ns/op", 1000)...)...)
	if got := advised(t, path); !strings.Contains(got, "costs 100×") {
		t.Errorf("a key that comes again: %s", got)
	}
	path = lines(t, "x.txt", slices.Concat([]string{"cpus: 1"}, series8("BenchmarkX-2", "ns/op", 900), []string{"cpus: 2"}, series8("BenchmarkX-2", "ns/op", 300))...)
	if got := unwrapped(advised(t, path)); !strings.Contains(got, "time per op 311 ns") || !strings.Contains(got, "2 CPUs, GOMAXPROCS 2") {
		t.Errorf("with fewer CPUs: %s", got)
	}
}

// Samples of two machines or commits in one file are not one thing.
func TestConfigurationsAreSituations(t *testing.T) {
	one := func(cpu string, cost float64) []string {
		return append([]string{"cpu: " + cpu}, append(series8("BenchmarkX/v=a", "ns/op", cost), series8("BenchmarkX/v=b", "ns/op", 3*cost)...)...)
	}
	got := advised(t, lines(t, "x.txt", append(one("Small", 100), one("Big", 10)...)...))
	for _, want := range []string{"cpu Small", "cpu Big", "Measured on: Big and Small"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

// Each benchmark is decided at a GOMAXPROCS that it was measured with, and shown if
// nothing but that differs.
func TestEachAtItsOwnGOMAXPROCS(t *testing.T) {
	path := lines(t, "x.txt", slices.Concat(series8("BenchmarkMany/v=a", "ns/op", 100), series8("BenchmarkMany/v=b", "ns/op", 300), series8("BenchmarkFew/v=c-2", "ns/op", 200), series8("BenchmarkFew/v=d-2", "ns/op", 500))...)
	_, out := runReport(t, path)
	page := readFile(t, filepath.Join(out, "report.md"))
	for _, want := range []string{"| Many | `a` |", "| Few | `c` |", "CPUs **not stated**"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in report.md", want)
		}
	}
}

// With GOMAXPROCS 1 go test adds no number to names, and those that are there are theirs.
func TestNumbersOfNames(t *testing.T) {
	path := lines(t, "x.txt", slices.Concat(series8("BenchmarkHash/sha-1", "ns/op", 40), series8("BenchmarkHash/sha-256", "ns/op", 30), series8("BenchmarkHash/md5", "ns/op", 90))...)
	if got := advised(t, path); !strings.Contains(got, "Use sha-256") || !strings.Contains(got, "next is sha-1") || !strings.Contains(got, "GOMAXPROCS 1") {
		t.Error(got)
	}
	path = lines(t, "x.txt", slices.Concat(series8("BenchmarkSort/size-16-8", "ns/op", 10), series8("BenchmarkSort/size-8192-8", "ns/op", 9000))...)
	if got := advised(t, path); strings.Contains(got, "Avoid: size") || !strings.Contains(got, "only candidate") || !strings.Contains(got, "GOMAXPROCS 8") {
		t.Error(got)
	}
}

// The sizes that a benchmark was run with are no rivals.
func TestNumbersAreAnAxis(t *testing.T) {
	path := lines(t, "x.txt", slices.Concat(series8("BenchmarkFib/1", "ns/op", 10), series8("BenchmarkFib/10", "ns/op", 100), series8("BenchmarkFib/100", "ns/op", 1000))...)
	if got := advised(t, path); strings.Contains(got, "Avoid: 1") || !strings.Contains(got, "only candidate") || !strings.Contains(got, "part 1 10") {
		t.Error(got)
	}
	path = lines(t, "x.txt", slices.Concat(series8("BenchmarkMap/reads=100%", "ns/op", 10), series8("BenchmarkMap/reads=99%", "ns/op", 20), series8("BenchmarkMap/reads=75%", "ns/op", 30))...)
	if got := advised(t, path); !strings.Contains(got, "only candidate") || !strings.Contains(got, "reads 99%") {
		t.Errorf("of percentages: %s", got)
	}
}

// Where names tell no variants apart the page says so, and shows nothing of them that nobody
// has said, nor how many times itself something costs.
func TestNothingToCompare(t *testing.T) {
	_, out := runReport(t, lines(t, "x.txt", slices.Concat(series8("BenchmarkPut/10", "ns/op", 10), series8("BenchmarkPut/1000", "ns/op", 90), series8("BenchmarkGet", "ns/op", 5))...))
	for _, page := range []string{"report.md", "report.html"} {
		text := readFile(t, filepath.Join(out, page))
		if !strings.Contains(text, "Nothing is compared with Put and Get") || strings.Contains(text, "Variants and what they promise") || strings.Contains(text, "## Put:") {
			t.Errorf("%s says of variants what nobody knows, or not that there are none", page)
		}
	}
	d := inspect(t, "b1-1-cost", []byte(readFile(t, filepath.Join(out, chartsFolder, "b1-1-cost.svg"))))
	if said := strings.Join(d.texts, "\n"); d.markers != 2+1 || !strings.Contains(said, "Put, against part 1") || strings.Contains(said, "times the fastest") {
		t.Errorf("%d markers, and the chart says\n%s", d.markers, said)
	}
}

// A file that holds no times has samples too.
func TestTrustWithoutTimes(t *testing.T) {
	_, out := runReport(t, lines(t, "x.txt", append(series8("BenchmarkX/v=a", "errors 7 req/s", 0), series8("BenchmarkX/v=b", "req/s", 50)...)...))
	page := readFile(t, filepath.Join(out, "report.md"))
	if !strings.Contains(page, "16 in 2 cells") || !strings.Contains(page, "charts/order-of-run.svg") {
		t.Error("its samples are not counted, or not shown in order")
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

// A long name leaves room for the data, and a place in the files is no time.
func TestLongNamesAndOrder(t *testing.T) {
	long := "BenchmarkX/" + strings.Repeat("name-without-end-", 6)
	_, out := runReport(t, lines(t, "x.txt", append(series8(long, "ns/op", 1), series8("BenchmarkX/b", "ns/op", 2)...)...))
	for chart, want := range map[string]string{"b1-1-dots": "…", "order-of-run": "lines of the results"} {
		svg := readFile(t, filepath.Join(out, "charts", chart+".svg"))
		if d := inspect(t, chart, []byte(svg)); !strings.Contains(strings.Join(d.texts, "\n"), want) {
			t.Errorf("%s: no %q in %q", chart, want, d.texts)
		}
	}
}

// A 0 that counts as 1 is not said to be 1.
func TestZeroIsNotOne(t *testing.T) {
	path := lines(t, "x.txt", append(series8("BenchmarkX/v=a", "B/op", 0), series8("BenchmarkX/v=b", "B/op", 64)...)...)
	if got := advised(t, "-goal", "memory", path); !strings.Contains(got, "≤ 1.00 B") {
		t.Error(got)
	}
}

// Where all is 0 nobody is ahead, whatever the unit.
func TestAllZero(t *testing.T) {
	for _, unit := range []string{"ns/op", "wait-ns", "allocs/op", "miss-ratio"} {
		path := lines(t, "x.txt", append(series8("BenchmarkX/v=a", unit, 0), series8("BenchmarkX/v=b", unit, 0)...)...)
		var out, errs bytes.Buffer
		code := run([]string{"advise", path}, &out, &errs)
		if said := out.String() + errs.String(); code > 3 || strings.Contains(said, "Inf") || strings.Contains(said, "NaN") || strings.Contains(said, "Avoid: a") || strings.Contains(said, "Avoid: b") || strings.Contains(said, "1.00 s") {
			t.Errorf("%s: status %d\n%s", unit, code, said)
		}
	}
}

// TestDecidedInTheMiddle: who wins at one size need not at another, so the answer says of
// which it is, and it is of none that is an end where another was measured.
func TestDecidedInTheMiddle(t *testing.T) {
	var all []string
	for _, size := range []int{10, 100, 1000} {
		all = append(all, series8(fmt.Sprintf("BenchmarkLookup/map/%d", size), "ns/op", 100)...)
		all = append(all, series8(fmt.Sprintf("BenchmarkLookup/slice/%d", size), "ns/op", float64(size)/2)...)
	}
	said := unwrapped(advised(t, lines(t, "x.txt", all...)))
	for _, want := range []string{"part 2 100", "slice; next is map at 2.0×"} {
		if !strings.Contains(said, want) {
			t.Errorf("advise does not say %q:\n%s", want, said)
		}
	}
}

// TestAbsentIsNotOvertaken: where a variant was not measured, another one has not become
// the one to use instead of it: the crossing is looked for where both were.
func TestAbsentIsNotOvertaken(t *testing.T) {
	var all []string
	for _, size := range []int{10, 100, 1000, 10000} {
		if size == 10 || size == 10000 {
			all = append(all, series8(fmt.Sprintf("BenchmarkX/a/%d", size), "ns/op", 100+10*float64(size))...)
		}
		all = append(all, series8(fmt.Sprintf("BenchmarkX/b/%d", size), "ns/op", 1000+2*float64(size))...)
	}
	said := unwrapped(advised(t, lines(t, "x.txt", all...)))
	if !strings.Contains(said, "Use a") || !strings.Contains(said, "Flips: b: above 418") {
		t.Errorf("advise says:\n%s", said)
	}
}

// TestWhereIsAPath: what is said of a line begins with the file as it was given.
func TestWhereIsAPath(t *testing.T) {
	t.Chdir(filepath.Dir(lines(t, "bad.txt", "BenchmarkX/v=a 1 5 ns/op", "BenchmarkX/v=a 1 NaN ns/op", "BenchmarkX/v=b 1 0 ns/op", "BenchmarkX/v=b 1 6 ns/op")))
	var out bytes.Buffer
	if code := run([]string{"-o", "out", "bad.txt"}, &out, &out); code != 0 {
		t.Fatalf("exit status %d: %s", code, &out)
	}
	for _, want := range []string{"! bad.txt:2: ", "! bad.txt:3: X/v=b: 0 ns/op: nothing takes no time"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("does not say %q:\n%s", want, &out)
		}
	}
}

// TestOneSample: what cannot be told from one sample is told as that, on a page that is headed
// by what it is about.
func TestOneSample(t *testing.T) {
	path := lines(t, "hash.txt", "cpu: Some CPU", "BenchmarkHash/md5-8 1 80 ns/op", "BenchmarkHash/sha1-8 1 100 ns/op")
	_, out := runReport(t, path)
	page := readFile(t, filepath.Join(out, "report.md"))
	for _, want := range []string{"# hash.txt, Some CPU\n", "2/2^1 = 1, too large to be significant"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in report.md", want)
		}
	}
	var said bytes.Buffer
	if status := run([]string{"compare", path, path}, &said, &said); status != 3 || !strings.Contains(said.String(), "No cell of 2 could have shown") {
		t.Errorf("status %d: %s", status, &said)
	}
}

// TestSlashesInNames: a rival may have a slash in its name, whatever stands behind.
func TestSlashesInNames(t *testing.T) {
	for _, behind := range []string{"", "/10", "/n=10"} {
		path := lines(t, "x.txt", slices.Concat(series8("BenchmarkLog/zap"+behind+"-8", "ns/op", 600), series8("BenchmarkLog/go-kit/kit/log"+behind+"-8", "ns/op", 3000), series8("BenchmarkLog/rs/zerolog"+behind+"-8", "ns/op", 200))...)
		if got := advised(t, path); !strings.Contains(got, "Use rs/zerolog") || !strings.Contains(got, "zap 3.0×") || !strings.Contains(got, "go-kit/kit/log 15×") {
			t.Errorf("with %q behind: %s", behind, got)
		}
	}
}

// TestManyVariants: a chart that has not all of them says so, and of percentiles nothing is
// said but what the results say. The only situation is not folded.
func TestManyVariants(t *testing.T) {
	var all []string
	for i := range 10 {
		for _, size := range []string{"64B", "4KiB"} {
			all = append(all, series8(fmt.Sprintf("BenchmarkGet/v%d/%s", i, size), fmt.Sprintf("ns/op %d p50-ns %d p99-ns", 90+i, 300+i), float64(100+i))...)
		}
	}
	_, out := runReport(t, lines(t, "x.txt", all...))
	for chart, want := range map[string][]string{
		"b1-1-cost":      {"Get, against part 2 (1 of 2)", "64 B", "4 KiB"},
		"b1-1-cost-2":    {"Get, against part 2 (2 of 2)"},
		"b1-1-latency-2": {"latency (2 of 2)", "Percentiles as the results have them"},
	} {
		d := inspect(t, chart, []byte(readFile(t, filepath.Join(out, chartsFolder, chart+".svg"))))
		said := strings.Join(d.texts, "\n")
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: no %q in\n%s", chart, w, said)
			}
		}
	}
	html := readFile(t, filepath.Join(out, "report.html"))
	if strings.Contains(html, "All rounds are in one histogram") || !strings.Contains(html, ` open><summary>part 2 64B`) {
		t.Error("the page speaks of histograms that there are none of, or folds its only situation")
	}
}

// TestStandardInput: all verbs read it, and the page has a place to go to and a name.
func TestStandardInput(t *testing.T) {
	terminal := os.Stdin
	defer func() { os.Stdin = terminal }()
	path := lines(t, "x.txt", slices.Concat(series8("BenchmarkPut/v=a-8", "ns/op", 10), series8("BenchmarkPut/v=b-8", "ns/op", 30))...)
	out := filepath.Join(t.TempDir(), "out")
	for _, x := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"table", "-"}, 0, "Put/v=b-8"},
		{[]string{"advise", "-"}, 0, "Use a"},
		{[]string{"compare", path, "-"}, 0, "No sign of a regression"},
		{[]string{"-o", out, "-"}, 0, "standard input"},
		{[]string{"-"}, 2, "-o DIR says where"},
		{[]string{"-o", out, "-", "-"}, 2, "- is given twice"},
	} {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdin = file
		var said bytes.Buffer
		if code := run(x.args, &said, &said); code != x.code || !strings.Contains(said.String(), x.want) {
			t.Errorf("report %s: exit status %d: %s", strings.Join(x.args, " "), code, said.String())
		}
		file.Close()
	}
	if page := readFile(t, filepath.Join(out, "report.md")); !strings.Contains(page, "# standard input, ") {
		t.Errorf("the page is not called after its input: %.80s", page)
	}
}

// TestOppositesAreNoRivals: who encodes does not choose decoding for its speed.
func TestOppositesAreNoRivals(t *testing.T) {
	both := func(what string, std, other float64) []string {
		return append(series8("BenchmarkJSON/"+what+"/std-8", "ns/op", std), series8("BenchmarkJSON/"+what+"/sonic-8", "ns/op", other)...)
	}
	got := advised(t, lines(t, "x.txt", append(both("Encode", 90, 30), both("Decode", 10, 40)...)...))
	for _, want := range []string{"JSON: part 1 Encode\n  Use sonic", "JSON: part 1 Decode\n  Use std"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if _, out := runReport(t, lines(t, "x.txt", append(series8("BenchmarkGet/Hit", "ns/op", 10), series8("BenchmarkGet/miss", "ns/op", 5)...)...)); !strings.Contains(readFile(t, filepath.Join(out, "report.md")), "Nothing is compared with Get") {
		t.Error("hits and misses are taken for rivals")
	}
}

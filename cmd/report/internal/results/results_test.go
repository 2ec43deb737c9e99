package results

import (
	"strings"
	"testing"
)

// TestOtherFiles: a file that holds results in a form that nobody reads is told from one
// that holds none, and a byte order mark hides no line.
func TestOtherFiles(t *testing.T) {
	for begin, says := range map[string]string{
		"\x1f\x8b\x08":               "gunzip",
		"\xff\xfeB\x00":              "UTF-16",
		"{\"Action\":\"start\"}\n":   "go test without -json",
		"nothing of this kind\n":     "x.txt: no benchmark results in it",
		"\xef\xbb\xbfUnit x\nPASS\n": "x.txt: no benchmark results in it",
		"BenchmarkY 1 1 ns/op\n":     `x.txt: no results that the filter ".name:X" lets through`,
		"BenchmarkX 1 +Inf ns/op\n":  "x.txt:1: ns/op of BenchmarkX is +Inf: left out",
	} {
		if _, err := Parse(strings.NewReader(begin), "x.txt", ".name:X"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", begin, err, says)
		}
	}
	r, err := Parse(strings.NewReader("\xef\xbb\xbfBenchmarkX-2 1 100 ns/op\nBenchmarkX-2 1 101 ns/op\n"), "x.txt", "*")
	if err != nil || len(r.Lines) != 2 {
		t.Errorf("after a byte order mark: %v, %v", r.Lines, err)
	}
}

// TestPadded: blanks at the end of a line, which go test puts behind the names of some CPUs and a
// terminal behind everything, are no part of a configuration.
func TestPadded(t *testing.T) {
	r, err := Parse(strings.NewReader("pkg: a/b  \ncpu: Some CPU   \nBenchmarkX-2 1 100 ns/op   \n"), "x.txt", "*")
	if err != nil {
		t.Fatal(err)
	}
	if cpu := r.Configured("cpu"); len(cpu) != 1 || cpu[0] != "Some CPU" || r.Lines[0].ID() != "a/b.BenchmarkX-2" {
		t.Errorf("%q of %q", r.Lines[0].ID(), cpu)
	}
}

// TestParse: each line has what stands above it, what cannot be used is told with its place,
// and so is what failed.
func TestParse(t *testing.T) {
	const text = `goos: linux
pkg: a/b
cpu: Some CPU
note: one
BenchmarkX/n=1-2 10 100 ns/op 0 B/op
BenchmarkX/n=1-2 10 -5 ns/op 7 B/op
BenchmarkX/n=1-2 ten 5 ns/op
--- FAIL: BenchmarkY
cpus: 1
pkg: crossover/bench
cpu: Another
note: two
BenchmarkX/n=1-2 10 2 ms/op
exit status 2`
	r, err := Parse(strings.NewReader(text), "x.txt", "*")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, l := range r.Lines {
		ids = append(ids, l.ID())
	}
	if got, want := strings.Join(ids, "\n"), "a/b.BenchmarkX/n=1-2\na/b.BenchmarkX/n=1-2\nBenchmarkX/n=1-2 cpus=1"; got != want {
		t.Errorf("lines\n%s\nwant\n%s", got, want)
	}
	if l := r.Lines[0]; l.Line != 5 || l.Ops != 10 || len(l.Values) != 2 || l.Values[0].OrigValue != 100 || l.Values[0].Unit != "sec/op" {
		t.Errorf("the first line is %+v", l)
	}
	if l := r.Lines[1]; len(l.Values) != 1 || l.Values[0].Unit != "B/op" {
		t.Errorf("a line with a negative time is %+v", l)
	}
	var bad []string
	for _, err := range r.Bad {
		bad = append(bad, err.Error())
	}
	if got := strings.Join(bad, "\n"); !strings.Contains(got, "x.txt:6: sec/op of BenchmarkX/n=1-2 is -5") || !strings.Contains(got, "x.txt:7:") || len(bad) != 2 {
		t.Errorf("left out:\n%s", got)
	}
	if got := strings.Join(r.Fails, "\n"); got != "x.txt:8: --- FAIL: BenchmarkY\nx.txt:14: exit status 2" {
		t.Errorf("failed:\n%s", got)
	}
	if got := strings.Join(r.Configured("cpu"), ", "); got != "Another, Some CPU" {
		t.Errorf("CPUs: %s", got)
	}
}

// TestConfigApart: what each run has several times over tells its samples apart, what differs
// from run to run does not.
func TestConfigApart(t *testing.T) {
	run := func(commit string, arches ...string) *Results {
		text := "commit: " + commit + "\n"
		for _, arch := range arches {
			text += "goarch: " + arch + "\n" + strings.Repeat("BenchmarkX 1 100 ns/op\n", 2)
		}
		r, err := Parse(strings.NewReader(text), "x.txt", "*")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, tt := range []struct {
		old, new *Results
		apart    bool
	}{
		{run("a", "amd64", "arm64"), run("b", "arm64", "amd64"), true},
		{run("a", "amd64"), run("b", "amd64"), false},
		{run("a", "amd64"), run("b", "arm64"), false},
		{run("a", "amd64", "arm64"), run("b", "amd64"), false},
	} {
		apart := ConfigApart(tt.old, tt.new)["BenchmarkX"]
		if apart["goarch"] != tt.apart || apart["commit"] {
			t.Errorf("%v and %v: apart by %v", tt.old.Lines, tt.new.Lines, apart)
		}
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{"Größe": "Größe", "a\x00b\x1b[1m": `a\u0000b\u001b[1m`, "\xff": `\xff`, "a\tb": "a\tb", "�": "�"} {
		if got := Visible(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

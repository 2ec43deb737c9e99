package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crossover/internal/study"
)

// damaged copies the study and lets edit change one of its files.
func damaged(t *testing.T, name string, edit func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
		text := readFile(t, filepath.Join(studyDir, f))
		if f == name {
			text = edit(text)
		}
		if err := os.WriteFile(filepath.Join(dir, f), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// replace changes the first match only.
func replace(expression, with string) func(string) string {
	return func(s string) string {
		at := regexp.MustCompile(expression).FindStringIndex(s)
		if at == nil {
			panic("nothing matches " + expression)
		}
		return s[:at[0]] + with + s[at[1]:]
	}
}

func cut(lines int) func(string) string {
	return func(s string) string { return strings.Join(strings.SplitAfter(s, "\n")[:lines], "") }
}

func TestBadInput(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		edit       func(string) string
		want       []string // in the message
	}{
		{"raw.txt cut between lines", study.RawFile, cut(500), []string{"raw.txt:", "samples.jsonl has", "more samples"}},
		{"raw.txt cut within a line", study.RawFile, func(s string) string { return s[:len(s)/2] }, []string{"raw.txt:", "more samples"}},
		{"samples.jsonl cut", study.SamplesFile, cut(500), []string{"raw.txt:", "no record in samples.jsonl"}},
		{"a line without values", study.RawFile, replace(`1000 [0-9.]+ ns/op.*`, "1000"), []string{"raw.txt:", "missing measurements"}},
		{"a value that is no number", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 much ns/op"), []string{"raw.txt:", "parsing measurement"}},
		{"NaN", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 NaN ns/op"), []string{"raw.txt:", "ns/op is NaN"}},
		{"Inf", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 +Inf ns/op"), []string{"raw.txt:", "is +Inf"}},
		{"zero", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 0 ns/op"), []string{"raw.txt:", "ns/op is 0"}},
		{"negative", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 -5 ns/op"), []string{"raw.txt:", "is -5"}},
		{"no ns/op", study.RawFile, replace(`1000 [0-9.]+ ns/op`, "1000 5 B/op"), []string{"raw.txt:", "no ns/op"}},
		{"unknown impl", study.RawFile, replace(`impl=chan/`, "impl=chum/"), []string{"raw.txt:", "catalog.json has no case", "impl=chum"}},
		{"another GOMAXPROCS", study.RawFile, replace(`-4 1000`, "-3 1000"), []string{"raw.txt:", "samples.jsonl:", "not of one run"}},
		{"no cpus", study.RawFile, replace(`cpus: .*\n`, ""), []string{"raw.txt:", "cpus"}},
		{"cpus is no number", study.RawFile, replace(`cpus: .*\n`, "cpus: two\n"), []string{"raw.txt:", "two"}},
		{"a record twice", study.SamplesFile, replace(`"round":2`, `"round":1`), []string{"raw.txt:", "second sample"}},
		{"a record that is no JSON", study.SamplesFile, replace(`\{"round":3.*\n`, "nonsense\n"), []string{"samples.jsonl:"}},
		{"nothing measured", study.RawFile, func(string) string { return "" }, []string{"raw.txt:", "more samples"}},
		{"another catalog version", study.CatalogFile, replace(`"version": 1`, `"version": 99`), []string{"catalog.json", "version 99"}},
		{"catalog cut", study.CatalogFile, cut(40), []string{"catalog.json:4", "unexpected EOF"}},
		{"catalog with a word for a number", study.CatalogFile, replace(`"tier": 0`, `"tier": "low"`), []string{"catalog.json:"}},
		{"a block of zeros", study.RawFile, replace(`goroutine/task=10us/`, strings.Repeat("\x00", 3)), []string{"raw.txt:", `as=\u0000\u0000\u0000`}},
		{"machine is no JSON", study.MachineFile, replace(`"cpu":`, `cpu:`), []string{"machine.json:2"}},
	} {
		t.Run(tt.name, func(t *testing.T) { refused(t, damaged(t, tt.file, tt.edit), tt.want...) })
	}
	for _, name := range []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile} {
		t.Run("no "+name, func(t *testing.T) {
			dir := damaged(t, "", nil)
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			refused(t, dir, name)
		})
	}
	t.Run("no folder", func(t *testing.T) { refused(t, filepath.Join(t.TempDir(), "nowhere"), "nowhere") })
	t.Run("empty study", func(t *testing.T) {
		dir := damaged(t, study.RawFile, func(string) string { return "" })
		if err := os.WriteFile(filepath.Join(dir, study.SamplesFile), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, "raw.txt", "no samples")
	})
}

// refused checks that a study is turned down with a message that holds all parts, and
// that nothing is written.
func refused(t *testing.T, dir string, parts ...string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	status := run([]string{"-o", out, dir}, &stdout, &stderr)
	if status != 2 || stdout.Len() > 0 {
		t.Errorf("status %d, output %q, want 2 and none", status, stdout.String())
	}
	for _, part := range parts {
		if !strings.Contains(stderr.String(), part) {
			t.Errorf("the message does not say %q:\n%s", part, stderr.String())
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a report was written all the same")
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"-nonsense", "a"}} {
		var stdout, stderr bytes.Buffer
		if status := run(args, &stdout, &stderr); status != 2 || !strings.Contains(stderr.String(), "usage: report") {
			t.Errorf("%q: status %d, %s", args, status, stderr.String())
		}
	}
	// Flags may follow what they are about.
	path := lines(t, "x.txt", series8("BenchmarkX/v=a", "ns/op", 1)...)
	for _, args := range [][]string{{path, "-nonsense"}, {"table", path, "-format", "nonsense"}} {
		var stdout, stderr bytes.Buffer
		if status := run(args, &stdout, &stderr); status != 2 || !strings.Contains(stderr.String(), "nonsense") || !strings.Contains(stderr.String(), "usage: report") {
			t.Errorf("%q: status %d, %s", args, status, stderr.String())
		}
	}
	var stdout, stderr bytes.Buffer
	if status := run([]string{"-h"}, &stdout, &stderr); status != 0 || !strings.Contains(stdout.String(), "usage: report") {
		t.Errorf("-h: status %d, %s", status, stdout.String())
	}
}

// TestTornEnds: what a killed writer leaves behind is left out, and told.
func TestTornEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(raw, samples string) (string, string)
		want string
	}{
		{"samples.jsonl torn", func(raw, samples string) (string, string) { return raw, samples[:len(samples)-40] }, "samples.jsonl:"},
		{"raw.txt torn, its record not yet written", func(raw, samples string) (string, string) {
			return raw + "BenchmarkQueue/impl=chan/as=gorou", samples
		}, "raw.txt:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := damaged(t, "", nil)
			raw, samples := tt.edit(readFile(t, filepath.Join(dir, study.RawFile)), readFile(t, filepath.Join(dir, study.SamplesFile)))
			for name, text := range map[string]string{study.RawFile: raw, study.SamplesFile: samples} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			stdout, _ := runReport(t, dir)
			if !strings.Contains(stdout, "! "+tt.want) {
				t.Errorf("no warning about %s:\n%s", tt.want, stdout)
			}
		})
	}
}

// TestCutOffSample: a sample that was being written is none to compare and table either, and
// they say so.
func TestCutOffSample(t *testing.T) {
	raw := readFile(t, filepath.Join(studyDir, study.RawFile))
	last := raw[strings.LastIndex(strings.TrimSpace(raw), "\n")+1:]
	for _, tt := range []struct{ name, more, want string }{
		{"whole, without its record", last, "has no record in samples.jsonl"},
		{"torn in the middle of a unit", last[:len(last)-2], "is torn and left out"},
		{"torn before a unit", last[:strings.LastIndex(last, " ")], "is torn and left out"},
	} {
		dir := damaged(t, study.RawFile, func(s string) string { return s + tt.more })
		said := func(verb string, args ...string) (int, string, string) {
			var out, errs bytes.Buffer
			status := run(append([]string{verb}, args...), &out, &errs)
			return status, out.String(), errs.String()
		}
		was, want, _ := said("compare", studyDir, studyDir)
		is, got, errs := said("compare", studyDir, dir)
		if is != was || got != want || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tt.want) {
			t.Errorf("%s: compare: status %d, want %d, said %s%s", tt.name, is, was, errs, firstDifference(got, want))
		}
		if strings.HasSuffix(tt.more, "\n") { // which is all that table asks of a line
			continue
		}
		_, want, _ = said("table", "x="+studyDir)
		is, got, errs = said("table", "x="+dir)
		if is != leftOut || got != want || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, ": torn") {
			t.Errorf("%s: table: status %d, said %s%s", tt.name, is, errs, firstDifference(got, want))
		}
	}
}

// TestOneRound: a study of one round is shown, without intervals and without claims.
func TestOneRound(t *testing.T) {
	dir := damaged(t, "", nil)
	var samples, raw strings.Builder
	rawLines := strings.SplitAfter(readFile(t, filepath.Join(dir, study.RawFile)), "\n")
	kept := 0
	for line := range strings.Lines(readFile(t, filepath.Join(dir, study.SamplesFile))) {
		if strings.Contains(line, `"round":1,`) {
			samples.WriteString(line)
			if !strings.Contains(line, `"control":true`) && !strings.Contains(line, `"error"`) {
				kept++
			}
		}
	}
	for _, line := range rawLines {
		if strings.HasPrefix(line, "Benchmark") {
			if kept == 0 {
				break
			}
			kept--
		}
		raw.WriteString(line)
	}
	for name, text := range map[string]string{study.RawFile: raw.String(), study.SamplesFile: samples.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	stdout, out := runReport(t, dir)
	for _, part := range []string{"1 round: below 6", "too few rounds", "This run cannot tell"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("the output does not say %q:\n%s", part, stdout)
		}
	}
	for _, claim := range []string{"clear", "NaN", "Inf", "∞×"} {
		if strings.Contains(stdout, claim) {
			t.Errorf("the output says %q:\n%s", claim, stdout)
		}
	}
	svgs, _ := filepath.Glob(filepath.Join(out, chartsFolder, "*.svg"))
	if len(svgs) == 0 {
		t.Fatal("no charts")
	}
	for _, path := range svgs {
		inspect(t, filepath.Base(path), []byte(readFile(t, path)))
	}
}

// TestHostileNames: markup in names does no harm in any output.
func TestHostileNames(t *testing.T) {
	const hostile = `<script>alert(1)</script> | "x" & 'y' [z](w)`
	dir := damaged(t, study.CatalogFile, func(s string) string {
		quoted := strings.ReplaceAll(hostile, `"`, `\"`) + `\u0001\u001b`
		for _, name := range []string{"10 µs of CPU", "a channel", "fixed workers on a channel", "CPU per task"} {
			s = strings.ReplaceAll(s, `"`+name+`"`, `"`+quoted+`"`)
		}
		return s
	})
	stdout, out := runReport(t, dir)
	if at := strings.IndexAny(stdout, "\x01\x1b"); at >= 0 {
		t.Errorf("the terminal is told to do %q", stdout[at:min(len(stdout), at+20)])
	}
	for _, name := range []string{"report.html", "report.md", "charts/pool-10us-dots.svg", "charts/pool-10us-cost.svg"} {
		text := readFile(t, filepath.Join(out, name))
		if strings.Contains(text, "<script>alert") {
			t.Errorf("%s holds markup from a name", name)
		}
		if strings.HasSuffix(name, ".svg") {
			inspect(t, name, []byte(text))
		} else if !strings.Contains(text, "script") {
			t.Errorf("%s lost the name", name)
		}
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
	for _, args := range [][]string{
		{"-o", t.TempDir(), path}, {"compare", path, path}, {"compare", "-format", "md", path, path}, {"advise", path}, {"table", path},
		{"-h"}, {"compare", "-h"}, {"advise", "-h"}, {"table", "-h"},
	} {
		var errs bytes.Buffer
		if code := run(args, full, &errs); code != 2 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: status %d, %q", args, code, errs.String())
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// studyFiles are what a study and its self-test are read from.
var studyFiles = []string{study.RawFile, study.SamplesFile, study.CatalogFile, study.MachineFile, study.SelfTestFile}

// watchdog ends a fuzzing process that hangs, so that its input is kept; the function
// it returns calls it off.
func watchdog() func() {
	const patience = 2 * time.Minute
	timer := time.AfterFunc(patience, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("hang: nothing after %v", patience))
	})
	return func() { timer.Stop() }
}

// small is a study of two variants along an axis, as its files.
func small(f *testing.F) map[string]string {
	f.Helper()
	c := catalog.Catalog{
		Version: catalog.Version,
		Patterns: []catalog.Pattern{{
			Name: "x", Benchmark: "BenchmarkX", Baseline: "a", Op: "op",
			Axes:     []catalog.Axis{{Key: "n", Title: "things"}},
			Variants: []catalog.Variant{{Name: "a"}, {Name: "b", Tier: 2}},
			Situations: []catalog.Situation{
				{ID: "s", Name: "some", Point: map[string]string{"n": "1"}, Axis: "n"},
			},
			Floors: []catalog.Floor{{Title: "floor", Case: catalog.Case{Name: "BenchmarkXFloor/of=y", Situations: []string{"s"}}}},
		}},
		Verdicts: []catalog.Verdict{{
			ID: "a-or-b", Question: "a or b?", Situations: []string{"s"},
			A: catalog.Group{Name: "an a", Match: map[string][]string{"impl": {"a"}}},
			B: catalog.Group{Name: "a b", Match: map[string][]string{"impl": {"b"}}},
		}},
	}
	h := hdrhistogram.New(1, 1e6, 1)
	for i := range int64(100) {
		if err := h.RecordValue(100 + i); err != nil {
			f.Fatal(err)
		}
	}
	latencies, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		f.Fatal(err)
	}
	var raw, samples strings.Builder
	raw.WriteString("cpus: 2\n")
	for round := 1; round <= 6; round++ {
		for i, impl := range []string{"a", "b"} {
			for j, n := range []string{"1", "10", "100"} {
				name := catalog.Name("BenchmarkX", "impl", impl, "as", "goroutine", "n", n)
				if round == 1 {
					c.Patterns[0].Cases = append(c.Patterns[0].Cases, catalog.Case{
						Name: name, Keys: map[string]string{"impl": impl, "as": "goroutine", "n": n}, Situations: []string{"s"},
					})
				}
				fmt.Fprintf(&raw, "%s-2 10 %d ns/op %d p99-ns\n", name, 100+round+20*i*(j-1), 300+round)
				fmt.Fprintf(&samples, `{"round":%d,"case":%q,"cpus":2,"gomaxprocs":2,"n":10,"probe_ns":100,"histogram":%q}`+"\n", round, name, latencies)
			}
		}
		fmt.Fprintf(&samples, `{"round":%d,"control":true,"cpus":2,"gomaxprocs":2,"values":{"ns/op":5}}`+"\n", round)
	}
	catalogJSON, err := json.Marshal(c)
	if err != nil {
		f.Fatal(err)
	}
	self, err := os.ReadFile(filepath.Join(selfTestDir, study.SelfTestFile))
	if err != nil {
		f.Fatal(err)
	}
	return map[string]string{
		study.RawFile: raw.String(), study.SamplesFile: samples.String(), study.CatalogFile: string(catalogJSON), study.SelfTestFile: string(self),
		study.MachineFile: `{"cpu":"CPU","cpus":2,"go":"go1.26","kernel":"6.1","rounds":6,"seed":7,"complete":true,"start":"2026-01-02T03:04:05Z"}`,
	}
}

// FuzzStudy: whatever one file of a study holds, there is a report or a message. Its
// inputs are long: without -fuzzminimizetime=5x all its time goes into shortening them.
func FuzzStudy(f *testing.F) {
	files := small(f)
	for i, name := range studyFiles {
		f.Add(byte(i), files[name])
		f.Add(byte(i), files[name][:len(files[name])/2])
	}
	f.Add(byte(1), strings.Replace(files[study.SamplesFile], "histogram\":\"H", "histogram\":\"Z", 1))
	f.Add(byte(0), strings.ReplaceAll(files[study.RawFile], " ns/op", "e300 ns/op"))
	f.Add(byte(0), strings.ReplaceAll(files[study.RawFile], " ns/op", "e-300 ns/op"))
	f.Add(byte(2), strings.ReplaceAll(files[study.CatalogFile], `"100"`, `"many"`))
	f.Add(byte(3), `{"cpus":-1,"rounds":-5,"start":"2026-01-02T03:04:05Z","end":"0001-01-01T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, which byte, text string) {
		defer watchdog()()
		if len(text) > 20_000 {
			t.Skip()
		}
		dir := filepath.Join(t.TempDir(), "x")
		for _, folder := range []string{dir, dir + selfTestSuffix} {
			if err := os.Mkdir(folder, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		for i, name := range studyFiles {
			folder, holds := dir, files[name]
			if name == study.SelfTestFile {
				folder += selfTestSuffix
			}
			if i == int(which)%len(studyFiles) {
				holds = text
			}
			if err := os.WriteFile(filepath.Join(folder, name), []byte(holds), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := reportOf(dir); err != nil && err.Error() == "" {
			t.Error("an error without a word")
		}
	})
}

// reportOf is report without files.
func reportOf(dir string) error {
	m, err := load([]string{dir}, reading{})
	if err != nil {
		return err
	}
	if err := m.findSelfTest(""); err != nil {
		return err
	}
	p := newPage(m, func(string) string { return "" })
	p.SelfTest = m.selfTestPart(dir)
	p.drawn = map[string][]byte{}
	for i, f := range p.figures() {
		if p.drawn[f.Name] = nil; i > 0 { // to draw takes long, and FuzzResults does it
			continue
		}
		if p.drawn[f.Name], err = f.svg(); err != nil {
			return err
		}
	}
	if _, err := m.summary(p); err != nil {
		return err
	}
	writeTerminal(io.Discard, p)
	if err := writeMarkdown(io.Discard, p); err != nil {
		return err
	}
	return writeHTML(io.Discard, p)
}

// FuzzSelfTest: what is read from selftest.json can be shown.
func FuzzSelfTest(f *testing.F) {
	text := small(f)[study.SelfTestFile]
	for _, s := range []string{
		text, text[:len(text)/2], `{}`, `null`, `[]`, `{"figures":[{"what":"w","k":0,"n":0,"lo":0,"hi":1,"met":false}]}`,
		`{"figures":[{"what":"w","n":1}],"power":[{"percent":5,"rounds":10,"found":1e-9,"hi":1}],"machine":{"kernel":"x","commit":"µµµµµµµµµ"}}`,
		`{"figures":[{"what":"w","n":1,"lo":-0.0,"hi":1e400}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		defer watchdog()()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, study.SelfTestFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := readSelfTest(dir)
		if err != nil {
			if !strings.Contains(err.Error(), study.SelfTestFile) {
				t.Errorf("a message that does not name the file: %v", err)
			}
			return
		}
		m := newModel(&study.Study{Catalog: &catalog.Catalog{}})
		m.selfTest = s
		p := m.selfTestPart(dir)
		if len(p.Text) == 0 || len(p.Figures.Rows) != len(s.Figures) {
			t.Errorf("%d figures give %d rows and %q", len(s.Figures), len(p.Figures.Rows), p.Text)
		}
		if said := strings.Join(append(p.Text, p.Missed...), " "); strings.Contains(said, "NaN") || strings.Contains(said, "%!") {
			t.Error(said)
		}
	})
}

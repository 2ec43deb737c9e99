package study_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

const caseX = "BenchmarkX/impl=a/as=goroutine"

// written is a study of one case at GOMAXPROCS 1 and 2, two rounds, a control and a
// failure, as measure would write it.
func written(t testing.TB) string {
	t.Helper()
	c := catalog.Catalog{Version: catalog.Version, Patterns: []catalog.Pattern{{
		Name: "x", Benchmark: "BenchmarkX", Baseline: "a",
		Variants: []catalog.Variant{{Name: "a"}},
		Cases:    []catalog.Case{{Name: caseX, Keys: map[string]string{"impl": "a", "as": "goroutine"}}},
	}}}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, err := study.Create(dir, study.Machine{CPU: "cpu", CPUs: 2, Rounds: 2}, data)
	if err != nil {
		t.Fatal(err)
	}
	add := func(s study.Sample, name string) {
		var r *benchfmt.Result
		if name != "" {
			r = &benchfmt.Result{Name: benchfmt.Name(name), Iters: 10, Values: []benchfmt.Value{
				{Value: 100 * float64(s.Round), Unit: "ns/op"}, {Value: 0, Unit: "cpu-ns/op"},
			}}
			s.N, s.Values = 10, map[string]float64{"ns/op": 100 * float64(s.Round), "cpu-ns/op": 0}
		}
		if err := w.Append(s, r, nil); err != nil {
			t.Fatal(err)
		}
	}
	for round := 1; round <= 2; round++ {
		add(study.Sample{Round: round, Case: caseX, CPUs: 2, GOMAXPROCS: 1}, "X/impl=a/as=goroutine")
		add(study.Sample{Round: round, Control: true, CPUs: 2, GOMAXPROCS: 2, Values: map[string]float64{"ns/op": 5}}, "")
		add(study.Sample{Round: round, Case: caseX, CPUs: 2, GOMAXPROCS: 2}, "X/impl=a/as=goroutine-2")
	}
	add(study.Sample{Round: 2, Case: caseX, CPUs: 1, GOMAXPROCS: 1, Error: "exit status 2"}, "")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A count below zero is left out with a warning, and what else was measured is read.
func TestNegativeIsLeftOut(t *testing.T) {
	dir := written(t)
	path := filepath.Join(dir, study.RawFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, strings.Replace(string(text), "0 cpu-ns/op", "0 cpu-ns/op -1 backlog-items", 1))
	records := filepath.Join(dir, study.SamplesFile)
	put(t, records, strings.Replace(read(t, dir, study.SamplesFile), `"cpu-ns/op":0`, `"cpu-ns/op":0,"backlog-items":-1`, 1))
	s, err := study.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "has -1 backlog-items") || !strings.HasPrefix(s.Warnings[0], "raw.txt:") {
		t.Errorf("warnings %q", s.Warnings)
	}
	if len(s.Measured) != 4 {
		t.Errorf("%d measured, want 4", len(s.Measured))
	}
	for _, m := range s.Measured {
		if len(m.Tidied) != 2 {
			t.Errorf("values %v, want two", m.Tidied)
		}
	}
}

// A study that says that it is complete, and has lost a round of a cell, is read with a warning.
func TestMissingRound(t *testing.T) {
	for _, test := range []struct {
		rounds   string
		complete bool
		want     int
	}{{`"rounds": 2`, true, 0}, {`"rounds": 3`, true, 1}, {`"rounds": 3`, false, 0}, {`"rounds": 1`, true, 0}} {
		dir := written(t)
		path := filepath.Join(dir, study.MachineFile)
		whole := strings.Replace(read(t, dir, study.MachineFile), `"complete": false`, fmt.Sprintf(`"complete": %v`, test.complete), 1)
		put(t, path, strings.Replace(whole, `"rounds": 2`, test.rounds, 1))
		s, err := study.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if s.Machine.Complete != test.complete || len(s.Warnings) != test.want || test.want == 1 && !strings.Contains(s.Warnings[0], "in 2 of its cells: BenchmarkX/impl=a/as=goroutine cpus=2 GOMAXPROCS=1 has 2.") {
			t.Errorf("%s, complete %v: warnings %q", test.rounds, s.Machine.Complete, s.Warnings)
		}
	}
}

func TestRead(t *testing.T) {
	s, err := study.Read(written(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Measured) != 4 || len(s.Control) != 2 || len(s.Failed) != 1 || len(s.Warnings) != 0 {
		t.Fatalf("%d measured, %d control, %d failed, warnings %q", len(s.Measured), len(s.Control), len(s.Failed), s.Warnings)
	}
	for i, m := range s.Measured {
		// Go leaves GOMAXPROCS out of a name at 1; the reader restores it.
		if m.Case != caseX || m.GOMAXPROCS != 1+i%2 || m.CPUs != 2 || m.Round != 1+i/2 {
			t.Errorf("sample %d: %+v", i, m.Sample)
		}
		want := []benchfmt.Value{
			{Value: 100e-9 * float64(m.Round), Unit: study.Cost},
			{Value: 0, Unit: "cpu-sec/op"}, // a zero is tidied too
		}
		for j, v := range m.Tidied {
			if v.Unit != want[j].Unit || v.Value-want[j].Value > 1e-20 || want[j].Value-v.Value > 1e-20 {
				t.Errorf("sample %d: %v %s, want %v %s", i, v.Value, v.Unit, want[j].Value, want[j].Unit)
			}
		}
	}
}

// What failed is no sample, whatever it was of, and a control without a time is no control.
func TestReadFailed(t *testing.T) {
	for _, test := range []struct {
		old, new                  string
		control, failed, controls int
	}{
		{`"control":true`, `"control":true,"error":"killed"`, 1, 2, 1},
		{`"ns/op":5`, `"ns/op":0`, 2, 1, 1},
		{`"round":2,"order":0,"case":"` + caseX + `","cpus":1`, `"round":0,"order":0,"case":"` + caseX + `","cpus":1`, 2, 1, 2}, // while N was sought
	} {
		dir := written(t)
		change(t, filepath.Join(dir, study.SamplesFile), test.old, test.new)
		s, err := study.Read(dir)
		if err != nil {
			t.Errorf("with %s: %v", test.new, err)
			continue
		}
		if len(s.Measured) != 4 || len(s.Control) != test.control || len(s.Failed) != test.failed || len(s.Controls()) != test.controls {
			t.Errorf("with %s: %d measured, %d control, %d failed, controls %v", test.new, len(s.Measured), len(s.Control), len(s.Failed), s.Controls())
		}
	}
}

// Of a unit counts what its benchmark says, of a time that less is better.
func TestDirection(t *testing.T) {
	dir := written(t)
	change(t, filepath.Join(dir, study.RawFile), "cpus:", "Unit items better=higher\nUnit allocs/op better=lower\ncpus:")
	s, err := study.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for unit, want := range map[string]int{"items": 1, "allocs/op": -1, study.Cost: -1, "p99-sec": -1, "backlog": 0, "parsec": 0} {
		if got := study.Direction(s.Units, unit); got != want {
			t.Errorf("%s: %d, want %d", unit, got, want)
		}
	}
}

// change replaces the first of something in a file.
func change(t testing.TB, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), old, new, 1)
	if changed == string(text) {
		t.Errorf("%s has no %s", path, old)
	}
	put(t, path, changed)
}

// What cannot be is refused, with the file and the line.
func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ file, old, new, says string }{
		{study.SamplesFile, `"round":2`, `"round":2000000000`, "samples.jsonl:4: round 2000000000"},
		{study.SamplesFile, `"round":1`, `"round":-1`, "samples.jsonl:1: round -1"},
		{study.SamplesFile, `"round":1`, `"round":0`, "samples.jsonl:1: round 0"},
		{study.SamplesFile, `"control":true`, `"control":true,"values":7`, "samples.jsonl:2: "},
		{study.SamplesFile, `"control":true`, `"control":true}` + "\n" + `{"round":1,"control":true`, "samples.jsonl:3: a second control in round 1, the first is in line 2"},
		{study.SamplesFile, `"ns/op":100`, `"ns/op":7`, "raw.txt:3: 100 ns/op, and samples.jsonl:1 records 7"},
		{study.SamplesFile, `"ns/op":100`, `"ns/op":100.01`, "raw.txt:3: 100 ns/op, and samples.jsonl:1 records 100.01"},
		{study.SamplesFile, `"cpu-ns/op":0`, `"cpu-ns/op":7`, "raw.txt:3: 0 cpu-ns/op, and samples.jsonl:1 records 7"},
		{study.SamplesFile, `"cpu-ns/op":0,`, ``, "raw.txt:3: 0 cpu-ns/op, and samples.jsonl:1 records none"},
		{study.SamplesFile, `"cpu-ns/op":0`, `"cpu-ns/op":0,"x":7`, "raw.txt:3: no x, and samples.jsonl:1 records 7"},
		{study.SamplesFile, `"values"`, `"vals"`, "raw.txt:3: 100 ns/op, and samples.jsonl:1 records none"},
		{study.SamplesFile, `"n":10`, `"n":7`, "raw.txt:3: 10 operations, and samples.jsonl:1 records 7"},
		{study.SamplesFile, `"n":10`, `"n":0`, "raw.txt:3: 10 operations, and samples.jsonl:1 records 0"},
		{study.RawFile, "0 cpu-ns/op", "0 cpu-ns/op 0 cpu-ns/op", "raw.txt:3: 0 cpu-ns/op too, and samples.jsonl:1 records one"},
		{study.RawFile, "cpus: 2", "cpus: 0", "raw.txt:3: BenchmarkX/impl=a/as=goroutine: the line cpus: 0"},
		{study.RawFile, "cpus: 2", "cpus: 1", "cpus=1 GOMAXPROCS=1 is not the sample that samples.jsonl:1 records"},
		{study.RawFile, "cpus: 2", "cpus: 2\npin: one", "GOMAXPROCS=1 pin=one is not the sample that samples.jsonl:1 records"},
		{study.RawFile, "cpus:", "Unit ns/op better=higher\ncpus:", "raw.txt:1: Unit ns/op better=higher"},
		{study.RawFile, "cpus:", "Unit sec/op assume=exact\ncpus:", "raw.txt:1: Unit sec/op assume=exact"},
		{study.RawFile, "as=goroutine-2", "as=goroutine-0", "raw.txt:4: BenchmarkX/impl=a/as=goroutine: the -0 after its name is no GOMAXPROCS"},
		{study.MachineFile, `"cpus": 2`, `"cpus": 0`, "machine.json: no number of CPUs"},
		{study.CatalogFile, `{"version"`, `{} {"version"`, "something follows it"},
	} {
		dir := written(t)
		change(t, filepath.Join(dir, test.file), test.old, test.new)
		if _, err := study.Read(dir); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s with %s: error %v, want %q", test.file, test.new, err, test.says)
		}
	}
}

// TestReadEveryPrefix: a study cut off anywhere, as a killed writer leaves it, reads
// back as the samples that were whole. Cut as no writer leaves it, it is refused.
func TestReadEveryPrefix(t *testing.T) {
	dir := written(t)
	samples := filepath.Join(dir, study.SamplesFile)
	raw := filepath.Join(dir, study.RawFile)
	wholeSamples, wholeRaw := read(t, dir, study.SamplesFile), read(t, dir, study.RawFile)
	rawEnds := ends(wholeRaw, "Benchmark")
	for n := 0; n < len(wholeSamples); n += 13 {
		records := 0
		for line := range strings.Lines(wholeSamples[:n]) {
			if strings.HasSuffix(line, "\n") && strings.Contains(line, `"case":"B`) && !strings.Contains(line, `"error"`) {
				records++
			}
		}
		// raw.txt is written first: it has the line of every record, and of one more at
		// most, perhaps torn.
		for _, end := range []int{at(rawEnds, records), (at(rawEnds, records) + at(rawEnds, records+1)) / 2, at(rawEnds, records+1)} {
			put(t, samples, wholeSamples[:n])
			put(t, raw, wholeRaw[:end])
			s, err := study.Read(dir)
			if records == 0 {
				if err == nil || !strings.Contains(err.Error(), "no samples") {
					t.Fatalf("%d bytes of samples, %d of raw: %v", n, end, err)
				}
				continue
			}
			if err != nil || len(s.Measured) != records {
				t.Fatalf("%d bytes of samples, %d of raw: %v, want %d samples", n, end, err, records)
			}
		}
		for results, says := range map[int]string{records - 1: "has 1 more samples", records + 2: "the last 2 samples have no record"} {
			if results < 0 || results >= len(rawEnds) {
				continue
			}
			put(t, raw, wholeRaw[:rawEnds[results]])
			if _, err := study.Read(dir); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%d records, %d results: %v, want %q", records, results, err, says)
			}
		}
	}
}

// ends returns where each line with the prefix ends.
func ends(text, prefix string) []int {
	all := []int{0}
	n := 0
	for line := range strings.Lines(text) {
		n += len(line)
		if strings.HasPrefix(line, prefix) {
			all = append(all, n)
		}
	}
	return all
}

func at(ends []int, i int) int { return ends[min(i, len(ends)-1)] }

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func FuzzReadRaw(f *testing.F) {
	f.Add("cpus: 2\nBenchmarkX/impl=a/as=goroutine-2 10 100 ns/op\n")
	f.Add("cpus: 2\nBenchmarkX/impl=a/as=goroutine-99999999999999999999 10 100 ns/op\n")
	f.Add("Unit ns/op better=lower\ncpus: x\nBenchmarkX-2 1 NaN ns/op\nBenchmark")
	dir := written(f)
	f.Fuzz(func(t *testing.T, raw string) {
		put(t, filepath.Join(dir, study.RawFile), raw)
		if s, err := study.Read(dir); err == nil && len(s.Measured) == 0 {
			t.Error("neither samples nor an error")
		}
	})
}

package study_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

// cells are what the study of TestResume takes, in order: pins come and go, a
// control and a failure are in between.
var cells = []study.Sample{
	{Round: 1, Order: 0, CPUs: 1, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a"},
	{Round: 1, Order: 1, CPUs: 2, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a", Pin: "one"},
	{Round: 1, Order: 2, CPUs: 2, GOMAXPROCS: 2, Control: true},
	{Round: 1, Order: 3, CPUs: 2, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a"},
	{Round: 2, Order: 0, CPUs: 2, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a", Error: "it broke"},
	{Round: 2, Order: 1, CPUs: 2, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a", Pin: "split"},
	{Round: 2, Order: 2, CPUs: 1, GOMAXPROCS: 2, Case: "BenchmarkX/impl=a"},
}

func appendAll(t *testing.T, w *study.Writer, samples []study.Sample) {
	t.Helper()
	for _, s := range samples {
		result, units := printed(t, output)
		if s.Control || s.Error != "" {
			result = nil
		} else {
			s = recorded(s, result)
		}
		if err := w.Append(s, result, units); err != nil {
			t.Fatal(err)
		}
	}
}

// recorded is a sample with what its result says.
func recorded(s study.Sample, r *benchfmt.Result) study.Sample {
	s.N, s.Values = r.Iters, map[string]float64{}
	for _, v := range r.Values {
		v = study.Tidy(v)
		s.Values[v.OrigUnit] = v.OrigValue
	}
	return s
}

func planned(t *testing.T, dir string) *study.Writer {
	t.Helper()
	w := create(t, dir)
	if err := w.SetPlan(study.Plan{Version: study.PlanVersion, SpinPerUS: 7}); err != nil {
		t.Fatal(err)
	}
	if err := w.Fix(study.Fixed{Case: "BenchmarkX/impl=a", N: 3}); err != nil {
		t.Fatal(err)
	}
	return w
}

// However a study is cut off, going on with it gives the files of one that was not.
func TestResume(t *testing.T) {
	whole := t.TempDir()
	w := planned(t, whole)
	appendAll(t, w, cells)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	raw, samples := read(t, whole, study.RawFile), read(t, whole, study.SamplesFile)

	// A kill falls between two writes or within one: raw.txt first, then its record.
	type cut struct{ raw, samples int }
	var cuts []cut
	for done := 0; done <= len(cells); done++ {
		dir := t.TempDir()
		w := planned(t, dir)
		appendAll(t, w, cells[:done])
		w.Close()
		r, s := len(read(t, dir, study.RawFile)), len(read(t, dir, study.SamplesFile))
		for i := range cuts { // the one before: this one's bytes come in
			last := &cuts[i]
			if i != len(cuts)-1 {
				continue
			}
			from := *last
			for b := from.raw + 1; b <= r; b += 7 {
				cuts = append(cuts, cut{b, from.samples})
			}
			for b := from.samples; b < s; b += 13 {
				cuts = append(cuts, cut{r, b})
			}
		}
		cuts = append(cuts, cut{r, s})
	}
	for _, c := range cuts {
		dir := t.TempDir()
		w := planned(t, dir)
		w.Close()
		for name, text := range map[string]string{study.RawFile: raw[:c.raw], study.SamplesFile: samples[:c.samples]} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		w, b, err := study.Resume(dir)
		if err != nil {
			t.Fatalf("cut at %+v: %v", c, err)
		}
		if want := strings.Count(samples[:c.samples], "\n"); len(b.Samples) != want || b.Dropped != 0 {
			t.Errorf("cut at %+v: %d samples kept, %d dropped, want %d and none", c, len(b.Samples), b.Dropped, want)
		}
		if b.Plan.SpinPerUS != 7 || len(b.Fixed) != 1 || b.Fixed[0].N != 3 || b.Machine.CPU != "cpu" {
			t.Errorf("read back %+v", b)
		}
		appendAll(t, w, cells[len(b.Samples):])
		if err := w.Fix(study.Fixed{N: 6}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if fixed, err := study.ReadFixed(dir); err != nil || len(fixed) != 2 || fixed[0].N != 3 || fixed[1].N != 6 {
			t.Errorf("cut at %+v: the plan is %+v, %v", c, fixed, err)
		}
		if got := read(t, dir, study.RawFile); got != raw {
			t.Errorf("cut at %+v: raw.txt is\n%s\nwant\n%s", c, got, raw)
		}
		if got := read(t, dir, study.SamplesFile); got != samples {
			t.Errorf("cut at %+v: samples.jsonl is\n%s\nwant\n%s", c, got, samples)
		}
	}
	t.Logf("%d cuts", len(cuts))
}

// Should the machine itself go down, either file may be the shorter one: both are cut at
// the same sample.
func TestResumeShort(t *testing.T) {
	whole := t.TempDir()
	w := planned(t, whole)
	appendAll(t, w, cells)
	w.Close()
	raw, samples := read(t, whole, study.RawFile), read(t, whole, study.SamplesFile)
	records := strings.SplitAfter(samples, "\n")
	for _, test := range []struct {
		what, raw, samples string
		kept, dropped      int
	}{
		{"raw.txt", raw[:strings.LastIndex(raw, "Benchmark")], samples, len(cells) - 1, 1},
		{"samples.jsonl", raw, strings.Join(records[:len(cells)-2], ""), len(cells) - 2, 2},
	} {
		dir := t.TempDir()
		planned(t, dir).Close()
		put(t, filepath.Join(dir, study.RawFile), test.raw)
		put(t, filepath.Join(dir, study.SamplesFile), test.samples)
		w, b, err := study.Resume(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Samples) != test.kept || b.Dropped != test.dropped {
			t.Errorf("%s cut: %d samples, %d dropped, want %d and %d", test.what, len(b.Samples), b.Dropped, test.kept, test.dropped)
		}
		appendAll(t, w, cells[len(b.Samples):])
		w.Close()
		for name, want := range map[string]string{study.RawFile: raw, study.SamplesFile: samples} {
			if got := read(t, dir, name); got != want {
				t.Errorf("%s cut: %s is\n%s\nwant\n%s", test.what, name, got, want)
			}
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := study.Resume(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no study: %v", err)
	}
	w := create(t, dir)
	w.Close()
	if _, _, err := study.Resume(dir); err == nil || !strings.Contains(err.Error(), dir+": it ended before its plan") {
		t.Errorf("no plan: %v", err)
	}
	dir = t.TempDir()
	w = planned(t, dir)
	if _, _, err := study.Resume(dir); !errors.Is(err, study.ErrBusy) {
		t.Errorf("another writer: %v", err)
	}
	w.Close()
	dir = t.TempDir()
	w = planned(t, dir)
	appendAll(t, w, cells)
	w.Close()
	raw, samples := read(t, dir, study.RawFile), read(t, dir, study.SamplesFile)
	records := strings.SplitAfter(samples, "\n")
	result := raw[strings.Index(raw, "Benchmark"):]
	result = result[:strings.Index(result, "\n")+1]
	for _, test := range []struct{ what, raw, samples, says string }{
		{"a spoilt record", raw, records[0] + "nonsense\n" + samples, "samples.jsonl:2: "},
		{"a result lost", strings.Replace(raw, result, "", 1), samples, "not of one run"},
		{"a result twice", strings.Replace(raw, result, result+result, 1), samples, "not of one run"},
		{"another number", strings.Replace(raw, " ns/op", "e1 ns/op", 1), samples, "not of one run"},
		{"a result spoilt", strings.Replace(raw, result, "Benchmark x y\n", 1), samples, "raw.txt:8: "},
		{"records lost", raw, records[0], ""}, // as when the machine itself went down
		{"nothing", raw, samples, ""},
	} {
		put(t, filepath.Join(dir, study.RawFile), test.raw)
		put(t, filepath.Join(dir, study.SamplesFile), test.samples+"torn")
		w, _, err := study.Resume(dir)
		if err == nil {
			err = w.Close()
		}
		if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s: error %v, want %q", test.what, err, test.says)
		}
		if read(t, dir, study.RawFile) != test.raw || read(t, dir, study.SamplesFile) != test.samples+"torn" {
			t.Errorf("%s: who only looked has changed the files", test.what)
		}
	}
}

// A study that is taken away while it is written, or one file of it, or that another stands
// in place of, is not said to be kept.
func TestSyncGone(t *testing.T) {
	for _, name := range []string{"", study.RawFile, study.SamplesFile, study.PlanFile} {
		for _, replaced := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "study")
			w := planned(t, dir)
			defer w.Close()
			appendAll(t, w, cells)
			if err := w.Sync(); err != nil {
				t.Fatal(err)
			}
			gone := filepath.Join(dir, name)
			if err := os.RemoveAll(gone); err != nil {
				t.Skip(err) // a system on which what is open stays
			}
			switch {
			case replaced && name == "":
				create(t, dir).Close()
			case replaced:
				put(t, gone, "")
			}
			appendAll(t, w, cells)
			if err := w.Sync(); !errors.Is(err, study.ErrGone) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q, replaced %v: error %v, want ErrGone, once", name, replaced, err)
			}
		}
	}
}

// FuzzResume: whatever plan.jsonl and samples.jsonl hold, a study is gone on with or
// left with a message, and what is gone on with reads back.
func FuzzResume(f *testing.F) {
	dir := written(f)
	plan, err := json.Marshal(study.Plan{Version: study.PlanVersion, Args: []string{"-rounds=2"}, SpinPerUS: 500, CPUs: []int{0, 1}})
	if err != nil {
		f.Fatal(err)
	}
	fixed, err := json.Marshal(study.Fixed{Case: caseX, CPUs: 2, GOMAXPROCS: 1, N: 10, NsPerOp: 5})
	if err != nil {
		f.Fatal(err)
	}
	samples := read(f, dir, study.SamplesFile)
	raw := read(f, dir, study.RawFile)
	whole := string(plan) + "\n" + string(fixed) + "\n"
	f.Add(whole, samples)
	f.Add(whole[:len(whole)-9], samples[:len(samples)/2])
	f.Add(whole+"{}\nnull\n[]\n", samples+"{}\n")
	f.Add(`{"version":2}`+"\n", "")
	f.Add("\n\n", "\n")
	f.Fuzz(func(t *testing.T, plan, samples string) {
		put(t, filepath.Join(dir, study.PlanFile), plan)
		put(t, filepath.Join(dir, study.SamplesFile), samples)
		put(t, filepath.Join(dir, study.RawFile), raw)
		w, b, err := study.Resume(dir)
		if err != nil {
			return
		}
		if b.Plan.Version != study.PlanVersion {
			t.Errorf("went on with version %d", b.Plan.Version)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if again, _, err := study.Resume(dir); err != nil {
			t.Errorf("what was gone on with once is not again: %v", err)
		} else if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

// What a study was measured with can be read while it lies there: the last number of each
// cell, without a torn line.
func TestReadFixed(t *testing.T) {
	dir := t.TempDir()
	w := planned(t, dir)
	if err := w.Fix(study.Fixed{Case: "BenchmarkX/impl=a", N: 6}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, study.PlanFile)
	whole := read(t, dir, study.PlanFile)
	for _, test := range []struct {
		what, text string
		want       string // of the error; "" for none
	}{
		{"whole", whole, ""},
		{"torn", whole + `{"case":"BenchmarkX/i`, ""},
		{"spoilt", whole + "nonsense\n", study.PlanFile + ":4: "},
		{"empty", "", "before its plan was written"},
		{"of another version", `{"version":99}` + "\n", "version 99"},
	} {
		if err := os.WriteFile(path, []byte(test.text), 0o666); err != nil {
			t.Fatal(err)
		}
		fixed, err := study.ReadFixed(dir)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: error %v, want one with %q", test.what, err, test.want)
			}
			continue
		}
		if err != nil || len(fixed) != 2 || fixed[0].N != 3 || fixed[1].N != 6 {
			t.Errorf("%s: %+v, %v", test.what, fixed, err)
		}
	}
	if _, err := study.ReadFixed(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no study: %v", err)
	}
}

// Programs that call the same CPU by different names stay in one table of benchstat's.
func TestOneNameOfTheCPU(t *testing.T) {
	dir := t.TempDir()
	w := planned(t, dir)
	result, units := printed(t, strings.ReplaceAll(output, "A CPU", "A CPU  "))
	other, _ := printed(t, strings.ReplaceAll(output, "A CPU", "Another name"))
	nameless, _ := printed(t, strings.ReplaceAll(output, "cpu: A CPU\n", ""))
	add := func(results ...*benchfmt.Result) {
		t.Helper()
		for _, r := range results {
			if err := w.Append(recorded(study.Sample{Round: 1, Case: "BenchmarkX/impl=a", CPUs: 2, GOMAXPROCS: 2}, r), r, units); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(nameless, result, other, nameless)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if w, _, err = study.Resume(dir); err != nil {
		t.Fatal(err)
	}
	add(other, nameless, result)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var names []string
	r := benchfmt.NewReader(strings.NewReader(read(t, dir, study.RawFile)), study.RawFile)
	for r.Scan() {
		if rec, ok := r.Result().(*benchfmt.Result); ok {
			names = append(names, rec.GetConfig("cpu"))
		}
	}
	const name = "A CPU"
	if want := []string{"", name, name, "", name, "", name}; !slices.Equal(names, want) {
		t.Errorf("the CPU is called %q, want %q", names, want)
	}
}

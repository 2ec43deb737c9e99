package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

// TestOpinions: advice holds where the advised stays within 10 % of the fastest, whoever that is.
func TestOpinions(t *testing.T) {
	one := []string{"1us"}
	const still, loud = 0.003, 0.3
	for _, tt := range []struct {
		name       string
		hereA      float64 // b costs 100 in either study
		thereA     float64
		noise      float64
		edit       func(there *model)
		want       holding
		words, use string // words is a pattern
	}{
		{name: "the fastest", hereA: 50, thereA: 50, noise: still, want: holds, words: "the fastest", use: "a"},
		{name: "near the fastest", hereA: 50, thereA: 105, noise: still, want: holds, words: `1\.05× \(.*\)`, use: "a"},
		{name: "as good as who is simpler", hereA: 200, thereA: 105, noise: still, want: holds, words: "the fastest; there a", use: "a"},
		{name: "dearer", hereA: 50, thereA: 150, noise: still, want: fails, words: `1\.50× \(.*\); there b`, use: "b"},
		{name: "dearer for all that is known", hereA: 50, thereA: 150, noise: loud, want: unsure, words: `1\..*; there b`, use: "b"},
		{name: "not measured there", hereA: 50, thereA: 0, noise: still, want: unmeasured, words: "–"},
		{name: "not asked there", hereA: 50, thereA: 50, noise: still, want: unmeasured, words: "–",
			edit: func(m *model) { m.Catalog.Patterns[0].Situations[0].ID = "another" }},
		{name: "failed there throughout", hereA: 50, thereA: 0, noise: still, want: fails, words: "it failed there; there b", use: "b",
			edit: func(m *model) { m.failed = map[caseAt]failing{{"a at 1us", m.full}: {n: 1}} }},
		{name: "failed there", hereA: 50, thereA: 50, noise: still, want: fails, words: "it failed there; there b", use: "b",
			edit: func(m *model) { m.failed = map[caseAt]failing{{"a at 1us", m.full}: {n: 1}} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			here, _ := lineStudy(one, []float64{tt.hereA}, []float64{100}, still)
			there, _ := lineStudy(one, []float64{tt.thereA}, []float64{100}, tt.noise)
			if tt.edit != nil {
				tt.edit(there)
			}
			here.others = []*model{there}
			p := &here.Catalog.Patterns[0]
			a, _ := here.advise(here.at(p, &p.Situations[0]))
			if len(a.Elsewhere) != 1 {
				t.Fatalf("%d opinions of one other study", len(a.Elsewhere))
			}
			if o := a.Elsewhere[0]; o.Advice != tt.want || !regexp.MustCompile("^"+tt.words+"$").MatchString(o.Words) || o.Use != tt.use {
				t.Errorf("%s there %+v, want it to be: %s, %s, use %s", a.Use, o, tt.want, tt.words, tt.use)
			}
		})
	}
}

// TestFailsElsewhere: where advice fails it is said whom it was given to, and if it was a guess.
func TestFailsElsewhere(t *testing.T) {
	there := []opinion{{Study: "M", Advice: holds}, {Study: "N", Advice: fails, Words: "1.50× (1.40–1.60); there b", Over: &jsonRatio{}}}
	rival := &contender{}
	got := failsElsewhere([]advice{
		{Pattern: "p", Name: "sure", Use: "a", Confidence: "clear", choice: choice{sure: true, rival: rival}, Elsewhere: there},
		{Pattern: "p", Name: "unsure", Use: "a", Confidence: "cannot tell: ±9 %", choice: choice{rival: rival}, Elsewhere: there},
	})
	want := []string{
		"p: sure, on N: a costs 1.50× (1.40–1.60); there b",
		"p: unsure, on N: a costs 1.50× (1.40–1.60); there b (here: cannot tell: ±9 %)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLabels: studies are told apart by as little as it takes.
func TestLabels(t *testing.T) {
	at := func(cpu, dir string, day int) *model {
		m := &model{Study: &study.Study{Dir: dir, Machine: study.Machine{CPU: cpu, CPUs: 2}}}
		m.Machine.Start = m.Machine.Start.AddDate(2025, 0, day)
		return m
	}
	all := []*model{at("A", "x", 0), at("B", "x", 0), at("B", "x", 1), at("C", "x", 1), at("C", "y", 1)}
	tellApart(all)
	want := []string{"A, 2 CPUs", "B, 2 CPUs, 2026-01-01", "B, 2 CPUs, 2026-01-02", "C, 2 CPUs, 2026-01-02, x", "C, 2 CPUs, 2026-01-02, y"}
	for i, m := range all {
		if m.label != want[i] {
			t.Errorf("study %d is called %q, want %q", i, m.label, want[i])
		}
	}
}

// TestElsewhere: the page, the terminal, the document and the verb say what another study says.
func TestElsewhere(t *testing.T) {
	other := damaged(t, study.MachineFile, replace(`"Synthetic CPU"`, `"Rich CPU"`))
	stdout, dir := runReport(t, studyDir, "-elsewhere", other)
	m, err := load([]string{studyDir}, reading{elsewhere: []string{other}})
	if err != nil {
		t.Fatal(err)
	}
	p := newPage(m, linker(""))
	settled := 0
	for _, a := range p.Goals[0].all {
		if a.choice.settled() {
			settled++
		}
	}
	if settled == 0 {
		t.Fatal("nothing is settled in the study")
	}
	// The other study has the same samples: what is settled here holds there.
	there := p.Elsewhere.Studies.Rows[1]
	if there[0].Text != "Rich CPU, 2 CPUs" || there[5].Text != fmt.Sprint(settled) {
		t.Errorf("%q holds %s, want %d of Rich CPU, 2 CPUs", there[0].Text, there[5].Text, settled)
	}
	if n := len(p.Elsewhere.Fails); n > 0 {
		t.Errorf("fails in %d situations of the same samples: %q", n, p.Elsewhere.Fails)
	}
	for _, row := range p.Elsewhere.Verdicts.Rows {
		if row[1].Text != row[2].Text {
			t.Errorf("of the same samples one study says %q, the other %q", row[1].Text, row[2].Text)
		}
	}
	var told summary
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, "summary.json"))), &told); err != nil {
		t.Fatal(err)
	}
	for _, v := range told.Verdicts {
		if want := []verdictAt{{"Rich CPU, 2 CPUs", v.Answer}}; !slices.Equal(v.Elsewhere, want) {
			t.Errorf("summary.json: the same samples answer %q, want %q", v.Elsewhere, want)
		}
	}
	for name, text := range map[string]string{
		"terminal":     stdout,
		"report.md":    readFile(t, filepath.Join(dir, "report.md")),
		"report.html":  readFile(t, filepath.Join(dir, "report.html")),
		"summary.json": readFile(t, filepath.Join(dir, "summary.json")),
		"advise":       advised(t, "-elsewhere", other, studyDir),
	} {
		if !strings.Contains(text, "Rich CPU, ") {
			t.Errorf("%s does not name the other study", name)
		}
	}

	doc := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(doc, []byte("<!-- begin answers: -->\n<!-- end answers -->\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	runReport(t, studyDir, "-elsewhere", other, "-embed", doc)
	if text := readFile(t, doc); !strings.Contains(text, p.Elsewhere.Title()) || !strings.Contains(text, " -elsewhere ../") {
		t.Errorf("the document has no word of it, or not the command: %.300s", text)
	}

	for want, args := range map[string][]string{
		"-elsewhere: ":                  {"-elsewhere", filepath.Join(dir, "nowhere"), studyDir},
		"is given twice":                {"-elsewhere", studyDir, studyDir},
		"-elsewhere is for studies":     {"-elsewhere", studyDir, filepath.Join(studyDir, study.RawFile)},
		"whether it agrees: -elsewhere": {rich(t, 6), studyDir},
	} {
		var errs bytes.Buffer
		if status := run(append([]string{"-o", dir}, args...), &errs, &errs); status != 2 || !strings.Contains(errs.String(), want) {
			t.Errorf("report %q: status %d, want 2 and %q: %s", args, status, want, errs.String())
		}
	}
}

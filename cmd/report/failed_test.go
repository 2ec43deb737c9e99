package main

import (
	"strings"
	"testing"

	"crossover/internal/study"
)

// Who failed is not advised and stands for nobody, however fast it was, and that is said
// wherever its rivals win.
func TestFailedIsNeverFast(t *testing.T) {
	for _, all := range []bool{false, true} {
		m, question := lineStudy([]string{"1us"}, []float64{100}, []float64{300}, 0.003)
		p := &m.Catalog.Patterns[0]
		name := p.Cases[0].Name
		m.failed = failings([]study.Sample{
			{Case: name, CPUs: 2, GOMAXPROCS: 2, Error: "exit status 1: sum is 41, want 42\nand more"},
			{Control: true, CPUs: 2, GOMAXPROCS: 2, Error: "the control is no case"},
		})
		of := "1 of 11 samples"
		if all {
			delete(m.data, name)
			of = "1 of 1 sample"
		}
		a, ok := m.advise(m.at(p, &p.Situations[0]))
		if !ok || a.Use != "b" || !strings.HasSuffix(a.Confidence, "; a failed") {
			t.Errorf("advice: %q, %s", a.Use, a.Confidence)
		}
		want := "a failed in " + of + " and is not advised: exit status 1: sum is 41, want 42"
		if len(a.Caveats) == 0 || a.Caveats[0] != want {
			t.Errorf("caveats %q, want %q", a.Caveats, want)
		}
		if v := m.verdict(question).Headlines[0]; v.Answer != "Not measured" || !strings.Contains(v.Sentence, "an apple was not; a failed") {
			t.Errorf("verdict: %q", v.Sentence)
		}
		table, _ := m.comparisonTable(p, &p.Situations[0])
		if len(table.Notes) == 0 || table.Notes[0] != want+"." {
			t.Errorf("notes %q", table.Notes)
		}
		if !all && table.Rows[0][0].Text != "a (failed)" {
			t.Errorf("its row is called %q", table.Rows[0][0].Text)
		}
	}
}

// Where everybody failed, nobody is said not to have been measured.
func TestAllFailed(t *testing.T) {
	m, _ := lineStudy([]string{"1us"}, []float64{0}, []float64{0}, 0.003)
	p := &m.Catalog.Patterns[0]
	m.failed = failings([]study.Sample{{Case: p.Cases[0].Name, CPUs: 2, GOMAXPROCS: 2, Error: "no"}, {Case: p.Cases[1].Name, CPUs: 2, GOMAXPROCS: 2, Error: "no"}})
	if a, _ := m.advise(m.at(p, &p.Situations[0])); a.Use != "" || a.Why != "everybody measured failed" || len(a.Caveats) != 2 {
		t.Errorf("%+v", a)
	}
}

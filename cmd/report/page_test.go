package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/internal/study"
)

// Whatever GOMAXPROCS was, it is listed without counting up to it.
func TestStripProcs(t *testing.T) {
	m := &model{Study: &study.Study{}}
	for _, n := range []int{math.MaxInt, 2, 0, 2} {
		m.Measured = append(m.Measured, study.Measured{Sample: study.Sample{GOMAXPROCS: n}})
	}
	strip := make(chan []fact, 1)
	go func() { strip <- m.strip() }()
	select {
	case facts := <-strip:
		for _, f := range facts {
			if want := fmt.Sprint("0, 2, ", math.MaxInt); f.Name == "GOMAXPROCS" && f.Value != want {
				t.Errorf("GOMAXPROCS %s, want %s", f.Value, want)
			}
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it counts")
	}
}

// A catalog without situations leaves nothing to decide, and every part says so.
func TestNoSituations(t *testing.T) {
	dir := damaged(t, study.CatalogFile, func(text string) string {
		var c catalog.Catalog
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			t.Fatal(err)
		}
		c.Verdicts = nil
		for i := range c.Patterns {
			p := &c.Patterns[i]
			p.Situations = nil
			for j := range p.Cases {
				p.Cases[j].Situations = nil
			}
		}
		emptied, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(emptied)
	})
	stdout, out := runReport(t, dir)
	for name, text := range map[string]string{
		"the terminal": stdout,
		"report.md":    readFile(t, filepath.Join(out, "report.md")),
		"report.html":  readFile(t, filepath.Join(out, "report.html")),
	} {
		if !strings.Contains(text, noSituations) || strings.Contains(text, "Flips when") {
			t.Errorf("%s has decisions, or does not say why there are none", name)
		}
	}
	var advised, errs bytes.Buffer
	if status := run([]string{"advise", dir}, &advised, &errs); status != 2 || !strings.Contains(errs.String(), "no situations") {
		t.Errorf("advise: status %d, %q", status, errs.String())
	}
}

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// TestYardsticks: the best of the suite's own is set against the dearest floor, the best
// library and the original, and what falls short is listed.
func TestYardsticks(t *testing.T) {
	for _, tt := range []struct {
		name                                string
		own, library, floor, worker, origin float64 // ns
		short                               []bool  // of the floor, the library, the original
		factors                             []string
	}{
		{"level with all", 100, 100.5, 60, 150, 160, []bool{false, false, false}, []string{"1.67×", "1.00×", "0.94×"}},
		{"within what is near and level", 100, 98.5, 51, 150, 150.5, []bool{false, false, false}, []string{"1.96×", "1.02×", "1.00×"}},
		{"short of all", 100, 90, 49, 150, 140, []bool{true, true, true}, []string{"2.0×", "1.11×", "1.07×"}},
		{"a library that is no better", 100, 200, 49, 150, 500, []bool{true, false, false}, []string{"2.0×", "0.50×", "0.30×"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := lineStudy([]string{"1us"}, []float64{tt.own}, []float64{tt.library}, 0)
			p := &m.Catalog.Patterns[0]
			p.Variants[1].TierName = "library"
			p.Variants = append(p.Variants, catalog.Variant{Name: "multiprocessing"})
			add := func(impl, as string, ns float64) {
				c := catalog.Case{Name: impl + as, Keys: map[string]string{"impl": impl, "as": as, "work": "1us"}, Situations: []string{"s"}}
				p.Cases = append(p.Cases, c)
				m.data[c.Name] = map[place]units{m.full: costs(ns, 10, 0, 1)}
			}
			add("a", "process", tt.worker)
			add("multiprocessing", "fork", tt.origin)
			for _, f := range []struct {
				situation, work string
				ns              float64
			}{{"s", "1us", tt.floor / 9}, {"s", "1us", tt.floor}, {"s", "2us", 9 * tt.floor}, {"t", "1us", 9 * tt.floor}} {
				name := fmt.Sprintf("floor %d", len(p.Floors))
				p.Floors = append(p.Floors, catalog.Floor{Title: name, Case: catalog.Case{Name: name, Keys: map[string]string{"work": f.work}, Situations: []string{f.situation}}})
				m.data[name] = map[place]units{m.full: costs(f.ns, 10, 0, 1)}
			}

			table := m.yardsticks()
			if len(table.Rows) != 1 || len(table.Notes) != 3 {
				t.Fatalf("%d rows, notes %q", len(table.Rows), table.Notes)
			}
			row := table.Rows[0]
			if row[1].Text != "a" || row[3].Text != "b" || row[5].Text != "a · process" {
				t.Errorf("the best: %q, library %q, process %q", row[1].Text, row[3].Text, row[5].Text)
			}
			for i, column := range []int{2, 4, 6} {
				short := row[column].Tone == "bad"
				if short != tt.short[i] || !strings.HasPrefix(row[column].Text, tt.factors[i]) {
					t.Errorf("%s: %q, marked %v, want %q, %v", table.Head[column], row[column].Text, short, tt.factors[i], tt.short[i])
				}
				if listed := strings.Contains(table.Notes[i], "1 of 1 (p: the situation "); listed != tt.short[i] {
					t.Errorf("%q, want it listed: %v", table.Notes[i], tt.short[i])
				}
			}
		})
	}
}

// TestFloorCaveat: who follows the advice is told how far above the floor that is.
func TestFloorCaveat(t *testing.T) {
	m, _ := lineStudy([]string{"1us"}, []float64{100}, []float64{300}, 0)
	m.rounds = stat.RoundsFor(alpha, 1)
	p := &m.Catalog.Patterns[0]
	p.Floors = []catalog.Floor{{Title: "nothing at all", Case: catalog.Case{Name: "floor", Situations: []string{"s"}}}}
	m.data["floor"] = map[place]units{m.full: costs(25, 10, 0, 1)}
	a, _ := m.advise(m.at(p, &p.Situations[0]))
	if want := "the floor (nothing at all) is 25.0 ns, so this is 4.0× of it"; a.Use != "a" || !slices.Contains(a.Caveats, want) {
		t.Errorf("use %q, caveats %q, want %q", a.Use, a.Caveats, want)
	}
}

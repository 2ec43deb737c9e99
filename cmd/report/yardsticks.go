package main

import (
	"fmt"
	"slices"
	"strings"

	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// nearFloor is how many times its floor what is good may cost.
const nearFloor = 2.0

// library reports whether a variant is another project's, measured beside the suite's own.
func library(v *catalog.Variant) bool { return v.TierName == "library" }

// yardsticks sets the best of the suite's own against what they may be measured by: the
// floor, the best library, the Python original. What falls short is listed below.
func (m *model) yardsticks() table {
	t := table{
		Caption: "The best of the suite's own against floors, libraries and originals; " + m.full.String(),
		Head:    []string{"situation", "the best", "× its floor", "the best library", "× it", "the best process", "× the Python original"},
		Number:  []bool{false, false, true, false, true, false, true},
	}
	var missed [3][]string // situations, by yardstick
	var of [3]int
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			s := &p.Situations[j]
			set := m.at(p, s)
			field := m.field(set)
			own := members(field, func(c contender) bool { return c.eligible && !library(c.variant) })
			best, ok := bestOf(own, everybody)
			if !ok {
				continue
			}
			row := append([]cell{text(p.Name + ": " + s.Name), code(best.String())}, texts("–", "–", "–", "–", "–")...)
			libraries := members(field, func(c contender) bool { return c.eligible && library(c.variant) })
			processes := members(field, func(c contender) bool { return c.as == "process" && !c.failed && !original(c.variant) })
			originals := members(field, func(c contender) bool { return original(c.variant) && !c.failed })
			found := [3]bool{}
			mark := func(k, column int, c cell, short bool) {
				found[k], row[column] = true, c
				of[k]++
				if short {
					row[column].Tone = "bad"
					missed[k] = append(missed[k], fmt.Sprintf("%s: %s %s", p.Name, s.Name, c.Text))
				}
			}
			if c := overFloor(best, m.floors(set, best.measure)); c.Key > 0 {
				mark(0, 2, c, c.Key > nearFloor)
			}
			if r, rival, ok := bestOver(own, libraries); ok {
				row[3] = code(rival.String())
				mark(1, 4, ratioCell(r), r.Lo > 1+stat.Margin)
			}
			if r, _, ok := bestOver(processes, originals); ok {
				process, _ := bestOf(processes, everybody)
				row[5] = code(process.String())
				mark(2, 6, ratioCell(r), r.Est > 1)
			}
			if slices.Contains(found[:], true) {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	for k, what := range []string{"Beyond twice the floor", "Dearer than the best library, for certain and by more than 3 %", "Dearer than the Python original"} {
		if of[k] > 0 {
			t.Notes = append(t.Notes, fmt.Sprintf("%s: %d of %d%s.", what, len(missed[k]), of[k], listed(missed[k])))
		}
	}
	return t
}

func listed(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}

func everybody(contender) bool { return true }

func ratioCell(r stat.Ratio) cell {
	return cell{Text: fmt.Sprintf("%s (%s)", factor(r.Est), interval(r)), Key: r.Est}
}

// bestOver is what the best of a costs over the best of b, who is returned too. It reports
// false if there is none of either, or no ratio.
func bestOver(a, b []contender) (r stat.Ratio, rival contender, ok bool) {
	best, okA := bestOf(a, everybody)
	rival, okB := bestOf(b, everybody)
	if !okA || !okB {
		return r, rival, false
	}
	r, ok = ratio(rival.cost(), best.cost())
	return chosen(r, a, b), rival, ok
}

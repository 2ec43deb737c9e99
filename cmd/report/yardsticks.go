package main

import (
	"fmt"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// nearFloor is how many times its floor what is good may cost.
const nearFloor = 2.0

// library reports whether a variant is another project's, measured beside the suite's own.
func library(v *catalog.Variant) bool { return v.TierName == "library" }

// yardstick is what the best of the suite's own may be measured by.
type yardstick struct {
	short  string   // what it is called to fall short of it
	missed []string // situations in which the best does
	of     int      // situations that have this yardstick
}

// mark counts a comparison, and marks it if it falls short.
func (y *yardstick) mark(situation string, c cell, short bool) cell {
	y.of++
	if short {
		c.Tone = "bad"
		y.missed = append(y.missed, situation+" "+c.Text)
	}
	return c
}

func (y *yardstick) note() string {
	missed := ""
	if len(y.missed) > 0 {
		missed = " (" + strings.Join(y.missed, "; ") + ")"
	}
	return fmt.Sprintf("%s: %d of %d%s.", y.short, len(y.missed), y.of, missed)
}

type yardsticks struct{ floor, library, original yardstick }

// yardsticks sets the best of the suite's own against what they may be measured by. What
// falls short is listed below.
func (m *model) yardsticks() table {
	t := table{
		Caption: "The best of the suite's own against floors, libraries and originals; " + m.full.String(),
		Head:    []string{"situation", "the best", "× its floor", "the best library", "× it", "the best process", "× the Python original"},
		Number:  []bool{false, false, true, false, true, false, true},
	}
	all := yardsticks{
		yardstick{short: "Beyond twice the floor"},
		yardstick{short: "Dearer than the best library, for certain and by more than 3 %"},
		yardstick{short: "Dearer than the Python original"},
	}
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			if row := m.measureBy(&all, m.at(p, &p.Situations[j])); row != nil {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	for _, y := range []yardstick{all.floor, all.library, all.original} {
		if y.of > 0 {
			t.Notes = append(t.Notes, y.note())
		}
	}
	return t
}

// measureBy is the row of a situation, nil if it has no yardstick.
func (m *model) measureBy(all *yardsticks, set setting) []cell {
	field := m.field(set)
	own := members(field, func(c contender) bool { return c.eligible && !library(c.variant) })
	best, ok := bestOf(own, everybody)
	if !ok {
		return nil
	}
	libraries := members(field, func(c contender) bool { return c.eligible && library(c.variant) })
	processes := members(field, func(c contender) bool { return c.as == "process" && !c.failed && !original(c.variant) })
	originals := members(field, func(c contender) bool { return original(c.variant) && !c.failed })

	name := spell.Under(set.pattern.Name, set.situation.Name)
	row := append([]cell{text(name), code(best.String())}, texts("–", "–", "–", "–", "–")...)
	found := false
	if c := overFloor(best, m.floors(set, best.measure)); c.Key > 0 {
		found, row[2] = true, all.floor.mark(name, c, c.Key > nearFloor)
	}
	if r, _, rival, ok := bestOver(own, libraries); ok {
		found, row[3], row[4] = true, code(rival.String()), all.library.mark(name, ratioCell(r), r.Lo > 1+stat.Margin)
	}
	if r, process, _, ok := bestOver(processes, originals); ok {
		found, row[5], row[6] = true, code(process.String()), all.original.mark(name, ratioCell(r), r.Est > 1)
	}
	if !found {
		return nil
	}
	return row
}

func everybody(contender) bool { return true }

func ratioCell(r stat.Ratio) cell {
	return cell{Text: fmt.Sprintf("%s (%s)", spell.Factor(r.Est), spell.Interval(r)), Key: r.Est}
}

// bestOver is what the best of a costs over the best of b. It reports false if there is none
// of either, or no ratio.
func bestOver(a, b []contender) (r stat.Ratio, bestA, bestB contender, ok bool) {
	bestA, okA := bestOf(a, everybody)
	bestB, okB := bestOf(b, everybody)
	if !okA || !okB {
		return r, bestA, bestB, false
	}
	r, ok = ratio(bestB.cost(), bestA.cost())
	return chosen(r, a, b), bestA, bestB, ok
}

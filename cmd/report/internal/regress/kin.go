package regress

import (
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/study"
)

// kin are cells that are judged in the light of others: those of a unit, since memory does
// not feel what clocks do, nor a tail what a mean does. Where they are few, the light is
// that of all cells that a clock measured, or that none did.
type kin struct {
	units []string
	pairs []*pair // that are judged
	light []*pair // pairs, and perhaps more
	few   bool    // a unit's cells were too few, and the light is borrowed
}

// known reports whether the light shows what two runs differ by. Two units of one benchmark
// are one cell of it: MB/s is ns/op the other way round.
func (k kin) known() bool {
	ids := map[string]bool{}
	for _, p := range k.light {
		ids[p.id] = true
	}
	return len(ids) >= few
}

// name says whose kin they are, beside so many others.
func (k kin) name(of int) string {
	if of == 1 {
		return "each cell"
	}
	return "each cell of " + k.unitNames()
}

func (k kin) unitNames() string {
	var names []string
	for _, u := range k.units {
		names = append(names, spell.Unit(u))
	}
	return strings.Join(names, ", ")
}

// kinsOf parts cells by kin, in order of their first.
func kinsOf(cells []*pair) (kins []kin) {
	ofUnit, ofClass := map[string]int{}, map[bool][]*pair{}
	for _, p := range cells {
		clocked := study.IsClocked(p.unit)
		ofUnit[p.unit]++
		ofClass[clocked] = append(ofClass[clocked], p)
	}
	type key struct {
		clocked bool
		unit    string // "" if its cells are few
	}
	index := map[key]int{}
	for _, p := range cells {
		k := key{study.IsClocked(p.unit), p.unit}
		if ofUnit[p.unit] < few {
			k.unit = ""
		}
		i, met := index[k]
		if !met {
			i = len(kins)
			index[k] = i
			kins = append(kins, kin{few: k.unit == ""})
		}
		of := &kins[i]
		if of.pairs = append(of.pairs, p); !slices.Contains(of.units, p.unit) {
			of.units = append(of.units, p.unit)
		}
		if of.light = of.pairs; k.unit == "" {
			of.light = ofClass[k.clocked]
		}
	}
	return kins
}

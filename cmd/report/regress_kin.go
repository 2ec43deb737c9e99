package main

import (
	"slices"
	"strings"
)

// kin are cells that are judged in the light of others: those of a unit, since memory does
// not feel what clocks do, nor a tail what a mean does. Where they are few, the light is
// that of all cells that a clock measured, or that none did.
type kin struct {
	units []string
	pairs []*pair // that are judged
	light []*pair // pairs, and perhaps more
}

func (k kin) known() bool { return len(k.light) >= few }

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
		names = append(names, unitName(u))
	}
	return strings.Join(names, ", ")
}

// kinsOf parts cells by kin, in order of their first.
func kinsOf(cells []*pair) (kins []kin) {
	var classes [2][]*pair
	class := func(p *pair) int {
		if isClocked(p.unit) {
			return 1
		}
		return 0
	}
	ofUnit := map[string]int{}
	for _, p := range cells {
		classes[class(p)] = append(classes[class(p)], p)
		ofUnit[p.unit]++
	}
	type key struct {
		class int
		unit  string // "" if they are few
	}
	index := map[key]int{}
	for _, p := range cells {
		k := key{class(p), p.unit}
		if ofUnit[p.unit] < few {
			k.unit = ""
		}
		i, met := index[k]
		if !met {
			i = len(kins)
			index[k] = i
			kins = append(kins, kin{})
		}
		kins[i].pairs = append(kins[i].pairs, p)
		if !slices.Contains(kins[i].units, p.unit) {
			kins[i].units = append(kins[i].units, p.unit)
		}
	}
	for k, i := range index {
		if kins[i].light = kins[i].pairs; k.unit == "" {
			kins[i].light = classes[k.class]
		}
	}
	return kins
}

// isClocked reports whether values of a unit come from a clock: times and rates.
func isClocked(unit string) bool { return isTime(unit) || isRate(unit) }

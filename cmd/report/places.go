package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/catalog"
)

// place is where a case was measured.
type place struct {
	cpus, procs int // size of the affinity mask; GOMAXPROCS; 0 where nobody said so
	pin         string
}

func (p place) String() string {
	var words []string
	if p.cpus > 0 {
		words = append(words, spell.Count(p.cpus, "CPU"))
	}
	if p.procs > 0 {
		words = append(words, fmt.Sprintf("GOMAXPROCS %d", p.procs))
	}
	if p.pin != "" {
		words = append(words, pins[p.pin])
	}
	return strings.Join(words, ", ")
}

// pins are the names of placements: both sides on one CPU, or on different ones.
var pins = map[string]string{"": "free", "one": "same core", "split": "cross core"}

// in names the place among others, most of which are in full: pinned ones by their pin.
func (p place) in(full place) string {
	if p.pin != "" && p.cpus == full.cpus && p.procs == full.procs {
		return pins[p.pin]
	}
	return p.String()
}

// places lists where a situation was measured at its point, ascending.
func (m *model) places(p *catalog.Pattern, s *catalog.Situation) []place {
	seen := map[place]bool{}
	for _, c := range m.cases(m.at(p, s)) {
		for at := range m.data[c.Name] {
			seen[at] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.cpus, b.cpus), cmp.Compare(a.procs, b.procs), cmp.Compare(a.pin, b.pin))
	})
}

// onCores words how many cores the CPUs of the study are hardware threads of; nothing if each
// is a core of its own, or nobody knows.
func (m *model) onCores(words string) string {
	t := m.Machine.Topology
	if t == nil || t.Cores >= t.Threads || t.Cores >= m.full.cpus {
		return ""
	}
	return fmt.Sprintf(words, spell.Count(t.Cores, "core"))
}

// rows are what a place may have in common with others of another size.
func (p place) rows() (rows []string) {
	switch {
	case p.pin != "":
		return nil
	case p.cpus == 0:
		return []string{""}
	case p.procs == p.cpus:
		rows = append(rows, "GOMAXPROCS as many")
	case p.procs == 2*p.cpus:
		rows = append(rows, "GOMAXPROCS twice as many")
	}
	return append(rows, fmt.Sprintf("GOMAXPROCS %d", p.procs))
}

// namesOf names some of all places, ascending: as one those of a row, three or more, between
// which no other of it lies. A machine with many CPUs has dozens of places.
func namesOf(some, all []place, full place) string {
	var rows []string
	for _, at := range all {
		for _, row := range at.rows() {
			if !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	var names []string
	left := slices.Clone(some)
	for _, row := range rows {
		var run []place
		end := func() {
			rest := slices.DeleteFunc(slices.Clone(left), func(at place) bool { return slices.Contains(run, at) })
			if len(run) >= 3 && len(left)-len(rest) >= 2 {
				names, left = append(names, nameOfRun(run[0], run[len(run)-1], row)), rest
			}
			run = nil
		}
		for _, at := range all {
			switch {
			case !slices.Contains(at.rows(), row):
			case slices.Contains(some, at):
				run = append(run, at)
			default:
				end()
			}
		}
		end()
	}
	for _, at := range left {
		names = append(names, at.in(full))
	}
	return strings.Join(names, "; ")
}

func nameOfRun(first, last place, row string) string {
	if first.cpus == 0 {
		return fmt.Sprintf("GOMAXPROCS %d–%d", first.procs, last.procs)
	}
	return fmt.Sprintf("%d–%d CPUs, %s", first.cpus, last.cpus, row)
}

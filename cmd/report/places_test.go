package main

import (
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

// manyPlaces are where the quick grid measures scaling cases on eight CPUs.
var manyPlaces = []place{
	{1, 1, ""}, {1, 2, ""}, {2, 1, ""}, {2, 2, ""}, {2, 4, ""}, {4, 1, ""}, {4, 4, ""}, {4, 8, ""}, {8, 1, ""}, {8, 8, ""}, {8, 16, ""},
}

func TestNamesOf(t *testing.T) {
	full := place{8, 8, ""}
	but := func(without ...place) []place {
		return slices.DeleteFunc(slices.Clone(manyPlaces), func(at place) bool { return slices.Contains(without, at) })
	}
	for _, tt := range []struct {
		some, all []place
		want      string
	}{
		{manyPlaces[2:4], manyPlaces, "2 CPUs, GOMAXPROCS 1; 2 CPUs, GOMAXPROCS 2"},
		{[]place{{1, 1, ""}, {2, 2, ""}, {4, 4, ""}}, manyPlaces, "1–4 CPUs, GOMAXPROCS as many"},
		{[]place{{1, 1, ""}, {4, 4, ""}, {8, 8, ""}}, manyPlaces, "1 CPU, GOMAXPROCS 1; 4 CPUs, GOMAXPROCS 4; 8 CPUs, GOMAXPROCS 8"}, // not at two
		{[]place{{1, 1, ""}, {2, 1, ""}, {4, 1, ""}, {8, 1, ""}}, manyPlaces, "1–8 CPUs, GOMAXPROCS 1"},
		{but(full), manyPlaces, "1–4 CPUs, GOMAXPROCS as many; 1–8 CPUs, GOMAXPROCS 1; 1–8 CPUs, GOMAXPROCS twice as many"},
		{[]place{{8, 8, "one"}, {0, 2, ""}}, manyPlaces, "same core; GOMAXPROCS 2"},
		{[]place{{0, 1, ""}, {0, 2, ""}, {0, 4, ""}}, []place{{0, 1, ""}, {0, 2, ""}, {0, 4, ""}, {0, 8, ""}}, "GOMAXPROCS 1–4"},
	} {
		if got := namesOf(tt.some, tt.all, full); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.some, got, tt.want)
		}
	}
}

// TestManyCPUs: a study of a large machine says of each situation where another is the one
// to use in few words, and shows who scales in a chart of its own.
func TestManyCPUs(t *testing.T) {
	m := readModel(t)
	m.full = place{8, 8, ""}
	for _, at := range m.data {
		one, both := at[place{1, 1, ""}], at[place{2, 2, ""}]
		if at[m.full] = both; one == nil {
			delete(at, place{2, 2, ""})
			continue
		}
		for _, p := range manyPlaces {
			if at[p] = both; p.procs == 1 {
				at[p] = one
			}
		}
	}
	m.Machine.Topology = &study.Topology{Sockets: 1, Cores: 4, Threads: 8}
	if got, want := m.onCores("on %s"), "on 4 cores"; got != want {
		t.Errorf("eight hardware threads: %q, want %q", got, want)
	}
	charts := 0
	for i := range m.Catalog.Patterns {
		p := &m.Catalog.Patterns[i]
		for j := range p.Situations {
			s := &p.Situations[j]
			set := m.at(p, s)
			c, ok := choose(m.field(set))
			if !ok {
				continue
			}
			if flips := m.flips(set, c); strings.Count(flips, ";") > 3 {
				t.Errorf("%s: %s", s.ID, flips)
			}
			for _, f := range m.scalingFigures(p, s) {
				svg, err := f.svg()
				if err != nil {
					t.Fatal(err)
				}
				d := inspect(t, f.Name, svg)
				want := 0
				for _, c := range m.field(set) {
					for at := range m.data[m.caseNames(set)[c.entrant]] {
						if strings.HasSuffix(f.Name, "-scaling") || at.cpus == at.procs {
							want++
						}
					}
				}
				if strings.HasSuffix(f.Name, "-cpus") {
					charts++
				}
				if d.markers < want {
					t.Errorf("%s: %d markers, want %d and those of the legend", f.Name, d.markers, want)
				}
			}
		}
	}
	if charts == 0 {
		t.Error("no chart across CPUs")
	}
}

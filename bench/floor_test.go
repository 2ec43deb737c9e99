package bench

import (
	"runtime"
	"slices"
	"testing"

	"crossover/internal/catalog"
)

// TestFloorsAreShown: each floor is shown at the point of the situations it names,
// and where it was made for several values of the axis, at all of them.
func TestFloorsAreShown(t *testing.T) {
	for _, grid := range []Grid{Quick, Full} {
		for _, p := range Default(grid).Patterns() {
			measured := p.floorsIn(grid)
			for _, f := range p.floors {
				for _, id := range f.situations {
					i := slices.IndexFunc(p.situations, func(s situation) bool { return s.ID == id })
					if i < 0 {
						t.Errorf("floor %s: there is no situation %s", f.of, id)
						continue
					}
					s := p.situations[i]
					if !s.in(grid) {
						continue
					}
					at := map[string]bool{} // values of the axis; "" is all of them
					for _, c := range measured {
						if c.Keys["of"] == f.of && slices.Contains(c.Situations, id) {
							at[c.Keys[s.Axis]] = true
						}
					}
					for i, point := range s.points(grid) {
						if v := point[s.Axis]; !at[""] && !at[v] && (i == 0 || len(at) > 1) {
							t.Errorf("%s grid: no floor %s in %s at %s=%s", grid, f.of, id, s.Axis, v)
						}
					}
				}
			}
		}
	}
}

// TestFloorsAgree: a floor is of a situation if one of its points has the floor's keys, as far
// as it has them at all.
func TestFloorsAgree(t *testing.T) {
	s := &situation{Situation: catalog.Situation{Point: map[string]string{"size": "64", "depth": "1"}, Axis: "size"}, quick: []string{"64", "4096"}}
	for _, test := range []struct {
		keys map[string]string
		want bool
	}{
		{map[string]string{"of": "copy", "size": "64"}, true},
		{map[string]string{"of": "copy", "size": "4096"}, true},
		{map[string]string{"of": "copy"}, true},
		{map[string]string{"of": "copy", "size": "8"}, false},
		{map[string]string{"of": "copy", "size": "64", "depth": "2"}, false},
	} {
		if got := s.agrees(Quick, test.keys); got != test.want {
			t.Errorf("a floor with %v agrees: %v", test.keys, got)
		}
	}
}

// TestFloors holds what the patterns are set against.
func TestFloors(t *testing.T) {
	want := []string{"cache.line.round.trip", "memcpy", "atomic.add", "serial", "fill.and.read"}
	if runtime.GOOS == "linux" {
		want = append(want, "futex.round.trip", "pipe.round.trip")
	}
	if len(spawnFloors()) > 0 {
		want = append(want, "smallest.program")
	}
	var got []string
	for _, p := range Default(Quick).Patterns() {
		for _, f := range p.floorsIn(Quick) {
			got = append(got, f.Keys["of"])
		}
	}
	for _, of := range want {
		if !slices.Contains(got, of) {
			t.Errorf("no floor %s", of)
		}
	}
}

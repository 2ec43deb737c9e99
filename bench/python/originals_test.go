// Package python holds the Python originals. Its test sees to it that what they
// print fits the suite.
package python

import (
	"bytes"
	"os/exec"
	"slices"
	"testing"

	"crossover/bench"
	"crossover/internal/catalog"
)

// TestCatalogFits: the originals are measured in situations of the suite, at a point
// of them or along their axis.
func TestCatalogFits(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: the originals cannot be asked")
	}
	for _, grid := range []bench.Grid{bench.Quick, bench.Full} {
		text, err := exec.CommandContext(t.Context(), python, "originals.py", "-catalog", "-grid="+string(grid)).Output()
		if err != nil {
			t.Fatal(err)
		}
		originals, err := catalog.DecodeSupplement(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		suite := bench.Default(grid).Catalog()
		merged, err := catalog.Merge(suite, originals)
		if err != nil {
			t.Fatal(err)
		}
		if len(originals.Patterns) != len(suite.Patterns) {
			t.Errorf("%s: %d of %d patterns", grid, len(originals.Patterns), len(suite.Patterns))
		}
		for _, p := range merged.Patterns {
			for _, c := range p.Cases {
				if c.Keys["impl"] == "multiprocessing" {
					checkPlace(t, p, c)
				}
			}
		}
	}
}

// checkPlace fails the test if a case is beside its situations' points.
func checkPlace(t *testing.T, p catalog.Pattern, c catalog.Case) {
	for _, id := range c.Situations {
		s := p.Situations[slices.IndexFunc(p.Situations, func(s catalog.Situation) bool { return s.ID == id })]
		for key, want := range s.Point {
			if key != s.Axis && c.Keys[key] != want {
				t.Errorf("%s in situation %s: %s=%s, want %s", c.Name, id, key, c.Keys[key], want)
			}
		}
	}
}

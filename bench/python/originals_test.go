// Package python holds the Python originals. Its test sees to it that what they
// print fits the suite.
package python

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"crossover/bench"
	"crossover/internal/catalog"
)

const original = "multiprocessing" // the value of impl=

// TestCatalogFits: the originals are measured where worker processes of the suite are,
// and in the whole of some situations.
func TestCatalogFits(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: the originals cannot be asked")
	}
	scripts, err := filepath.Glob("*.py")
	for _, s := range scripts {
		os.Stat(s) // or go test would repeat a result that an older one gave
	}
	if err != nil || scripts == nil {
		t.Fatalf("no scripts: %v", err)
	}
	unseen := slices.Clone(whole)
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
			for _, s := range p.Situations {
				checkPlaces(t, p, s.ID)
				unseen = slices.DeleteFunc(unseen, func(id string) bool { return id == s.ID })
			}
		}
	}
	if len(unseen) > 0 {
		t.Errorf("no situations %v", unseen)
	}
}

// whole are the situations with an original at every point at which the full grid has a
// worker process of the suite: what the scripts do, along its axis.
var whole = []string{
	"daemon-idle", "pipe-pipeline", "barrier-across", "lock-across-alone",
	"pool-imap", "pool-imap-unordered", "pool-imap-skewed", "pool-retire", "state-across",
}

// checkPlaces fails the test if a situation has an original beside the points at which it
// has worker processes of the suite, or lacks one at such a point and is to be whole.
func checkPlaces(t *testing.T, p catalog.Pattern, situation string) {
	var suite, originals []map[string]string
	for _, c := range p.Cases {
		switch keys := point(c); {
		case !slices.Contains(c.Situations, situation):
		case c.Keys["impl"] == original:
			originals = append(originals, keys)
		case c.Keys["as"] == "process":
			suite = append(suite, keys)
		}
	}
	for _, o := range originals {
		if !contains(suite, o) {
			t.Errorf("%s: the suite has no worker process at %v, an original is", situation, o)
		}
	}
	if !slices.Contains(whole, situation) {
		return
	}
	for _, s := range suite {
		if !contains(originals, s) {
			t.Errorf("%s: there is no original at %v", situation, s)
		}
	}
}

// point is the keys of a case without who is measured.
func point(c catalog.Case) map[string]string {
	keys := maps.Clone(c.Keys)
	delete(keys, "impl")
	delete(keys, "as")
	return keys
}

func contains(points []map[string]string, p map[string]string) bool {
	return slices.ContainsFunc(points, func(q map[string]string) bool { return maps.Equal(p, q) })
}

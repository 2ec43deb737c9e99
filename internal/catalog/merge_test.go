package catalog

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// peer is a supplement to sound: one more variant of its pattern, in its situation.
func peer() *Catalog {
	return &Catalog{
		Version: Version,
		Grid:    "quick",
		Patterns: []Pattern{{
			Name:       "queue",
			Variants:   []Variant{{Name: "peer"}},
			Situations: []Situation{{ID: "one"}},
			Cases: []Case{{
				Name:       "BenchmarkQueue/impl=peer/as=goroutine/cap=64",
				Keys:       map[string]string{"impl": "peer", "as": "goroutine", "cap": "64"},
				Situations: []string{"one"},
				CapacityOf: "BenchmarkQueue/impl=chan/as=goroutine/cap=64",
			}},
			Floors:     []Floor{{Title: "bare", Case: Case{Name: "BenchmarkQueueFloor/of=copy", Keys: map[string]string{"of": "copy"}}}},
			Guarantees: []Guarantee{{Law: "nothing-lost", Holds: []string{"peer"}}},
		}},
		Verdicts: []Verdict{{ID: "not mine to ask"}},
	}
}

func TestMerge(t *testing.T) {
	first := sound()
	first.Patterns[0].Guarantees = []Guarantee{{
		Law: "nothing-lost", Holds: []string{"chan"}, Excused: map[string]string{"a": "1"}, Broken: map[string]string{"b": "2"},
	}}
	before, _ := json.Marshal(first)
	other := Pattern{Name: "own", Benchmark: "BenchmarkOwn", Baseline: "a", Variants: []Variant{{Name: "a"}}}
	supplement := peer()
	supplement.Patterns[0].Baseline = "peer" // of its own binary alone
	q := &supplement.Patterns[0]
	q.Situations = append(q.Situations, Situation{ID: "own", Point: map[string]string{"cap": "1"}})
	q.Guarantees[0].Excused, q.Guarantees[0].Broken = map[string]string{"c": "3"}, map[string]string{"d": "4"}
	q.Guarantees = append(q.Guarantees, Guarantee{Law: "in-order", Holds: []string{"peer"}})
	supplement.Patterns = append(supplement.Patterns, other)

	m, err := Merge(first, supplement)
	if err != nil {
		t.Fatal(err)
	}
	again := &Catalog{Version: Version, Grid: "quick", Patterns: []Pattern{{Name: "queue", Floors: supplement.Patterns[0].Floors}}}
	m, err = Merge(m, again) // the same floor is there once
	if err != nil {
		t.Fatal(err)
	}
	p := m.Patterns[0]
	var names []string
	for _, v := range p.Variants {
		names = append(names, v.Name)
	}
	if !slices.Equal(names, []string{"chan", "ring", "peer"}) || len(p.Cases) != 2 || len(p.Situations) != 2 || len(p.Floors) != 1 || p.Baseline != "chan" {
		t.Errorf("merged pattern %+v", p)
	}
	if want := []Guarantee{{
		Law: "nothing-lost", Holds: []string{"chan", "peer"},
		Excused: map[string]string{"a": "1", "c": "3"}, Broken: map[string]string{"b": "2", "d": "4"},
	}, {Law: "in-order", Holds: []string{"peer"}}}; !reflect.DeepEqual(p.Guarantees, want) {
		t.Errorf("guarantees %+v", p.Guarantees)
	}
	if len(m.Patterns) != 2 || len(m.Verdicts) != 1 || m.Verdicts[0].ID != "v" {
		t.Errorf("%d patterns, verdicts %+v", len(m.Patterns), m.Verdicts)
	}
	if after, _ := json.Marshal(first); string(after) != string(before) {
		t.Errorf("the first catalog was changed to %s", after)
	}
}

func TestMergeRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*Catalog)
		says  string
	}{
		{"another version", func(c *Catalog) { c.Version++ }, "version"},
		{"another grid", func(c *Catalog) { c.Grid = "full" }, "a full grid"},
		{"variant of the same name", func(c *Catalog) { c.Patterns[0].Variants[0].Name = "chan" }, `"chan" is listed twice`},
		{"another benchmark", func(c *Catalog) { c.Patterns[0].Benchmark = "BenchmarkOther" }, "BenchmarkOther"},
		{"other axes", func(c *Catalog) { c.Patterns[0].Axes = []Axis{{Key: "size"}} }, "its axes"},
		{"another situation", func(c *Catalog) { c.Patterns[0].Situations[0].Name = "two" }, `situation "one" is another`},
		{"unknown situation", func(c *Catalog) { c.Patterns[0].Cases[0].Situations = []string{"two"} }, `no situation "two"`},
		{"capacity of nothing", func(c *Catalog) { c.Patterns[0].Cases[0].CapacityOf = "BenchmarkX" }, "BenchmarkX, which is no case"},
	} {
		c := peer()
		test.spoil(c)
		if _, err := Merge(sound(), c); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want an error that says %q", test.name, err, test.says)
		}
	}
}

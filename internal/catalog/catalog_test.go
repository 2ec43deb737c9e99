package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// sound is a small catalog that is in order.
func sound() *Catalog {
	return &Catalog{
		Version: Version,
		Grid:    "quick",
		Patterns: []Pattern{{
			Name: "queue", Benchmark: "BenchmarkQueue", Baseline: "chan",
			Axes:       []Axis{{Key: "cap"}},
			Variants:   []Variant{{Name: "chan"}, {Name: "ring"}},
			Situations: []Situation{{ID: "one", Point: map[string]string{"cap": "64"}}},
			Cases: []Case{{
				Name:       "BenchmarkQueue/impl=chan/as=goroutine/cap=64",
				Keys:       map[string]string{"impl": "chan", "as": "goroutine", "cap": "64"},
				Situations: []string{"one"},
			}},
		}},
		Verdicts: []Verdict{{ID: "v", Situations: []string{"one"}}},
	}
}

func TestDecodeKeepsEverything(t *testing.T) {
	want, err := json.Marshal(sound())
	if err != nil {
		t.Fatal(err)
	}
	c, err := Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("decoded and encoded again:\n%s\nwant:\n%s", got, want)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*Catalog)
		says  string
	}{
		{"another version", func(c *Catalog) { c.Version++ }, "build both from the same commit"},
		{"variant twice", func(c *Catalog) { c.Patterns[0].Variants[1].Name = "chan" }, `"chan" is listed twice`},
		{"no baseline", func(c *Catalog) { c.Patterns[0].Baseline = "nil" }, `baseline "nil"`},
		{"situation twice", func(c *Catalog) { p := &c.Patterns[0]; p.Situations = append(p.Situations, p.Situations[0]) }, `"one" is used twice`},
		{"situation off an axis", func(c *Catalog) { c.Patterns[0].Situations[0].Point = nil }, "no value of cap"},
		{"case twice", func(c *Catalog) { p := &c.Patterns[0]; p.Cases = append(p.Cases, p.Cases[0]) }, "listed twice"},
		{"keys of another case", func(c *Catalog) { c.Patterns[0].Cases[0].Keys["cap"] = "1" }, "the keys spell"},
		{"unknown variant", func(c *Catalog) {
			k := &c.Patterns[0].Cases[0]
			k.Keys["impl"], k.Name = "pipe", strings.Replace(k.Name, "chan", "pipe", 1)
		}, `no variant "pipe"`},
		{"value that go test rewrites", func(c *Catalog) {
			k := &c.Patterns[0].Cases[0]
			k.Keys["cap"], k.Name = "64 items", strings.Replace(k.Name, "64", "64 items", 1)
		}, "only a-z"},
		{"unknown situation", func(c *Catalog) { c.Patterns[0].Cases[0].Situations = []string{"two"} }, `no situation "two"`},
		{"situation that names no file", func(c *Catalog) { c.Patterns[0].Situations[0].ID = "../one" }, "it names files"},
		{"pin twice", func(c *Catalog) { c.Patterns[0].Cases[0].Pins = []string{"one", "one"} }, "each once"},
		{"pin of another name", func(c *Catalog) { c.Patterns[0].Cases[0].Pins = []string{"both"} }, "the placements are one and split"},
		{"capacity of itself", func(c *Catalog) { k := &c.Patterns[0].Cases[0]; k.CapacityOf = k.Name }, "itself offered a share"},
		{"capacity of nobody", func(c *Catalog) { c.Patterns[0].Cases[0].CapacityOf = "BenchmarkZ" }, "which is no case"},
		{"floor with a blank", func(c *Catalog) {
			p := &c.Patterns[0]
			p.Floors = append(p.Floors, Floor{Case: Case{Name: "BenchmarkA b"}})
		}, "no benchmark's"},
		{"floor with a GOMAXPROCS", func(c *Catalog) {
			p := &c.Patterns[0]
			p.Floors = append(p.Floors, Floor{Case: Case{Name: "BenchmarkAFloor/of=nap-2"}})
		}, "ends as if it said GOMAXPROCS"},
		{"floor twice", func(c *Catalog) {
			p, bare := &c.Patterns[0], Floor{Case: Case{Name: "BenchmarkAFloor/of=nap"}}
			p.Floors = append(p.Floors, bare, bare)
		}, "floor BenchmarkAFloor/of=nap is listed twice"},
		{"setup before it begins", func(c *Catalog) { c.Patterns[0].Cases[0].Setup = "-1s" }, `setup "-1s"`},
		{"endless setup", func(c *Catalog) { c.Patterns[0].Cases[0].Setup = "2000000h" }, `setup "2000000h"`},
		{"time of no unit", func(c *Catalog) { c.Patterns[0].Cases[0].MinTime = "100" }, `min_time "100"`},
		{"too many at least", func(c *Catalog) { c.Patterns[0].Cases[0].MinN = 2e9 }, "min_n"},
		{"fewer at most than at least", func(c *Catalog) { k := &c.Patterns[0].Cases[0]; k.MinN, k.MaxN = 8, 7 }, "min_n 8 and max_n 7"},
		{"fewer than none at most", func(c *Catalog) { c.Patterns[0].Cases[0].MaxN = -1 }, "max_n -1"},
		{"verdict on nothing", func(c *Catalog) { c.Verdicts[0].Situations = []string{"two"} }, `no situation "two"`},
	} {
		c := sound()
		c.Patterns[0].Cases[0].MinN, c.Patterns[0].Cases[0].MaxN = 7, 7 // exactly
		if err := c.Validate(); err != nil {
			t.Fatalf("the sound catalog: %v", err)
		}
		test.spoil(c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want an error that says %q", test.name, err, test.says)
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(bytes.NewReader(text)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: decoded with %v, want an error that says %q", test.name, err, test.says)
		}
	}
}

func TestGroupMatches(t *testing.T) {
	g := Group{Match: map[string][]string{"impl": {"chan", "chan.done"}, "as": {"goroutine"}}}
	for _, test := range []struct {
		impl, as string
		want     bool
	}{
		{"chan", "goroutine", true},
		{"chan.done", "goroutine", true},
		{"ring", "goroutine", false},
		{"chan", "process", false},
	} {
		if got := g.Matches(map[string]string{"impl": test.impl, "as": test.as}); got != test.want {
			t.Errorf("%s as %s: %v", test.impl, test.as, got)
		}
	}
}

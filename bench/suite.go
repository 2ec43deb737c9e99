// Package bench is the measuring half of the suite: for each pattern the
// situations of production, the cases that stand for them, and the one way of
// driving a case.
//
// A case is a testing.B benchmark whose name spells out everything it varies:
//
//	BenchmarkQueue/impl=chan/as=goroutine/producers=4/consumers=4/cap=64/size=64/work=0ns/load=steady/pass=copy/rate=max-2
//
// A number with an x is for each CPU that the case may use: workers=2x.
//
// Every case follows one course: set up, all parties ready, gate, work, all
// done, verify. ns/op is per item, task or message, from the first party's start
// to the last one's end; cpu-ns/op is the processor time of all processes
// involved over the same stretch; B/op and allocs/op are what an operation allocates,
// where all parties are in this process and nothing is offered at a rate. A wrong count or
// checksum fails the benchmark.
//
// testing.B.RunParallel is not used: it has no gate, it shares out b.N in an
// order of its own, and what it calls ns/op is no latency.
package bench

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/role"
)

// Grid chooses how much of the axes is measured.
type Grid string

const (
	Quick Grid = "quick" // a star around each situation
	Full  Grid = "full"  // longer axes, more points
)

// Suite is everything one test binary measures.
type Suite struct {
	Grid     Grid
	Parts    []Part
	Verdicts []catalog.Verdict
	// Spin is the rate of calibrated work in iterations per microsecond; 0: find
	// it out.
	Spin int
	// Pin places the parties: "" anywhere, "one" all on one CPU, "split" the two
	// sides on different ones. Only threads and processes can be placed.
	Pin string
	// Capacity is the ns/op of the case that a case at a share of capacity names;
	// 0: the case finds it out.
	Capacity float64
	// Only is the one case to run, by its full name; "": all. Others are not even
	// laid out, which every fresh process would pay for.
	Only string
	// Count is the number of operations that -benchtime=100x asks for; 0: a time is.
	Count int

	work func() (*Work, error)
}

// Part is a pattern that is laid out when it is asked for: a fresh process measures
// one of them and would pay for all.
type Part struct {
	Name    string
	Pattern func() Pattern
}

// Pattern is one pattern's part of the suite.
type Pattern struct {
	catalog.Pattern
	situations []situation
	entrants   []entrant
	floors     []floor
	// run measures one case: b.N operations with these keys.
	run func(b *testing.B, c *conditions)
}

// Supplement makes the pattern one that joins another of the same name: with no
// baseline or floors of its own nor, in the quick grid, scaling, and its variants' files
// in folder.
func (p *Pattern) Supplement(folder string) {
	p.Baseline = ""
	p.floors = nil
	p.Variants = slices.Clone(p.Variants)
	for i, v := range p.Variants {
		p.Variants[i].File = path.Join(folder, path.Base(v.File))
	}
	p.situations = slices.Clone(p.situations)
	for i := range p.situations {
		p.situations[i].quickScaling = nil
	}
}

// entrant is a variant in one of the ways it can run.
type entrant struct {
	patterns.Info
	as     role.As
	reuses bool // pools: workers outlive a task
	// admits says whether the variant can be made with these keys at all.
	admits func(keys map[string]string) bool
}

// situation is a catalog situation and who is measured in it.
type situation struct {
	catalog.Situation
	// quick and full are the values along Axis, Point's own included.
	quick, full []string
	admits      func(entrant) bool
	// quickAdmits narrows admits in the quick grid; nil: it does not.
	quickAdmits func(entrant) bool
	// capacity names the variant whose throughput in a closed loop, at the same
	// point, is what a rate in percent is a share of; "": no rate is.
	capacity string
	// quickAlong names the variants that are measured along the axis, beside the
	// point, in the quick grid; nil: all.
	quickAlong []string
	// scaling has the point measured in every cpus × GOMAXPROCS cell; in the quick
	// grid of the variants named only.
	scaling      bool
	quickScaling []string
	// minTime is the shortest sample worth taking where the usual one is too
	// short, grown the same for variants that grow: until they have, an operation
	// costs something else. setup is what starting the worker processes takes.
	minTime, grown, setup time.Duration
	// pins lists the placements measured beside the free one, for threads and
	// processes, at the point, in the full grid.
	pins  []string
	only  Grid   // "": every grid
	minN  int    // least operations that mean anything: a whole batch
	batch string // or the key that says how many those are
	once  bool   // a sample is one batch: the next would find ready what it left behind
	// maxN is the most operations of a sample of processes, where each costs a start;
	// nil: no bound.
	maxN func(e entrant, keys map[string]string) int
}

// conditions are what a case's driver is told.
type conditions struct {
	Keys map[string]string
	Work *Work
	Pin  string
	// Capacity in ns/op, of which the rate is a share; 0: unknown.
	Capacity float64

	heap *heap // of the case; nil: what it allocates is not counted
}

// variantOf is the one of a pattern's variants that a case names, told what each is called: Go
// does not let a field of a type parameter be read.
func variantOf[V any](c *conditions, variants []V, name func(V) string) (v V, err error) {
	i := slices.IndexFunc(variants, func(v V) bool { return name(v) == c.Keys["impl"] })
	if i < 0 {
		return v, fmt.Errorf("no variant %q", c.Keys["impl"])
	}
	return variants[i], nil
}

// Patterns lays out all parts.
func (s *Suite) Patterns() (all []Pattern) {
	for _, p := range s.Parts {
		all = append(all, p.Pattern())
	}
	return all
}

// Catalog describes the suite as data.
func (s *Suite) Catalog() *catalog.Catalog {
	c := &catalog.Catalog{Version: catalog.Version, Grid: string(s.Grid), Verdicts: s.Verdicts}
	for _, p := range s.Patterns() {
		d := p.Pattern
		for _, si := range p.situations {
			if si.in(s.Grid) {
				d.Situations = append(d.Situations, si.Situation)
			}
		}
		d.Cases = p.cases(s.Grid)
		for _, f := range p.floorsIn(s.Grid) {
			d.Floors = append(d.Floors, f.Floor)
		}
		c.Patterns = append(c.Patterns, d)
	}
	return c
}

// Run runs every case of a pattern as sub-benchmarks of b.
func (s *Suite) Run(b *testing.B, pattern string) {
	p := s.pattern(pattern)
	if c, ok := p.find(s.Grid, s.Only); ok && s.Pin == "" {
		s.runCase(b, c, p.run)
		return
	}
	none := true
	for _, c := range p.cases(s.Grid) {
		if s.asks(c) {
			none = false
			s.runCase(b, c, p.run)
		}
	}
	if none { // or the parent would be timed itself
		b.Skip("no case with this placement")
	}
}

// RunFloors runs the floors of a pattern as sub-benchmarks of b.
func (s *Suite) RunFloors(b *testing.B, pattern string) {
	none := true
	for _, f := range s.pattern(pattern).floorsIn(s.Grid) {
		if s.asks(f.Case) {
			none = false
			s.runCase(b, f.Case, f.run)
		}
	}
	if none { // or the parent would be timed itself
		b.Skip("no floor with this placement")
	}
}

// asks reports whether c is measured, with this placement.
func (s *Suite) asks(c catalog.Case) bool {
	return (s.Only == "" || s.Only == c.Name) && (s.Pin == "" || slices.Contains(c.Pins, s.Pin))
}

func (s *Suite) pattern(name string) *Pattern {
	i := slices.IndexFunc(s.Parts, func(p Part) bool { return p.Name == name })
	p := s.Parts[i].Pattern()
	return &p
}

func (s *Suite) runCase(b *testing.B, c catalog.Case, run func(*testing.B, *conditions)) {
	if s.work == nil {
		s.work = once(s.Spin)
	}
	_, name, _ := strings.Cut(c.Name, "/")
	told := &conditions{Keys: c.Keys, Pin: s.Pin, Capacity: s.Capacity, heap: heapOf(c.Keys)}
	b.Run(name, func(b *testing.B) {
		if b.N == 1 && s.Count > 1 && c.Keys["as"] == string(role.Process) {
			return // testing's trial run, which would start all processes for one operation
		}
		var err error
		if told.Work, err = s.work(); err != nil {
			b.Fatal(err)
		}
		run(b, told)
	})
}

// cases lays out the situations: each at its point and along its axis, for every
// entrant it admits. A case that several situations ask for is one case.
func (p *Pattern) cases(grid Grid) []catalog.Case {
	var cases []catalog.Case
	at := map[string]int{}
	for _, s := range p.situations {
		if !s.in(grid) {
			continue
		}
		for _, point := range s.points(grid) {
			for _, e := range p.entrants {
				c, ok := p.caseAt(grid, s, point, e)
				if !ok {
					continue
				}
				i, ok := at[c.Name]
				if !ok {
					at[c.Name], cases = len(cases), append(cases, c)
					continue
				}
				same := &cases[i]
				same.Situations = append(same.Situations, s.ID)
				same.Scaling = same.Scaling || c.Scaling
				if len(c.Pins) > len(same.Pins) {
					same.Pins = c.Pins
				}
			}
		}
	}
	return cases
}

// caseAt is an entrant at one of the situation's points; false if it is not measured there.
func (p *Pattern) caseAt(grid Grid, s situation, point map[string]string, e entrant) (catalog.Case, bool) {
	keys := maps.Clone(point)
	keys["impl"], keys["as"] = e.Name, string(e.as)
	if point["impl"] != "" && (point["impl"] != keys["impl"] || point["as"] != keys["as"]) {
		return catalog.Case{}, false // the capacity is that of one
	}
	if !s.admits(e) || !e.admits(keys) || grid == Quick && s.quickAdmits != nil && !s.quickAdmits(e) {
		return catalog.Case{}, false
	}
	atPoint := s.Axis == "" || point[s.Axis] == s.Point[s.Axis]
	if grid == Quick && !atPoint && s.quickAlong != nil && !slices.Contains(s.quickAlong, e.Name) {
		return catalog.Case{}, false
	}
	c := p.newCase(s, e, keys)
	if s.capacity != "" && strings.HasSuffix(keys["rate"], "pct") {
		c.CapacityOf = p.name(s.capacityKeys())
	}
	c.Scaling = s.scales(grid, e) && atPoint
	if atPoint && e.as != role.Goroutine && grid == Full {
		c.Pins = s.pins
	}
	return c, true
}

// find returns the case of that name, as cases would lay it out, without its part in
// plans.
func (p *Pattern) find(grid Grid, name string) (catalog.Case, bool) {
	benchmark, rest, _ := strings.Cut(name, "/")
	if benchmark != p.Benchmark {
		return catalog.Case{}, false
	}
	keys := map[string]string{}
	for pair := range strings.SplitSeq(rest, "/") {
		k, v, _ := strings.Cut(pair, "=")
		keys[k] = v
	}
	if p.name(keys) != name {
		return catalog.Case{}, false
	}
	for _, e := range p.entrants {
		if e.Name != keys["impl"] || string(e.as) != keys["as"] {
			continue
		}
		for _, s := range p.situations {
			if s.in(grid) && s.has(grid, keys) && s.admits(e) && e.admits(keys) {
				return catalog.Case{Name: name, Keys: keys}, true
			}
		}
	}
	return catalog.Case{}, false
}

// has reports whether one of the situation's points has these keys.
func (s *situation) has(grid Grid, keys map[string]string) bool {
	return slices.ContainsFunc(s.points(grid), func(point map[string]string) bool { return within(point, keys) })
}

// within reports whether the others have all of these keys.
func within(keys, others map[string]string) bool {
	for k, v := range keys {
		if others[k] != v {
			return false
		}
	}
	return true
}

// name spells the keys in their order.
func (p *Pattern) name(keys map[string]string) string {
	pairs := []string{"impl", keys["impl"], "as", keys["as"]}
	for _, a := range p.Axes {
		pairs = append(pairs, a.Key, keys[a.Key])
	}
	return catalog.Name(p.Benchmark, pairs...)
}

// scales says whether an entrant is measured in every cell.
func (s *situation) scales(grid Grid, e entrant) bool {
	return s.scaling && (grid == Full || slices.Contains(s.quickScaling, e.Name))
}

// capacityKeys are those of the case that says what the capacity is.
func (s *situation) capacityKeys() map[string]string {
	keys := maps.Clone(s.Point)
	keys["rate"] = closedLoop
	keys["impl"], keys["as"] = s.capacity, string(role.Goroutine)
	return keys
}

func (s *situation) in(grid Grid) bool { return s.only == "" || s.only == grid }

// with is a point with one value changed.
func with(point map[string]string, key, value string) map[string]string {
	point[key] = value
	return point
}

// points are the keys without impl and as, the situation's own point first; but of
// the point that says what the capacity is, with them.
func (s *situation) points(grid Grid) []map[string]string {
	points := []map[string]string{s.Point}
	if s.capacity != "" {
		points = append(points, s.capacityKeys())
	}
	if s.Axis == "" {
		return points
	}
	values := s.quick
	if grid == Full {
		values = s.full
	}
	for _, v := range values {
		if v == s.Point[s.Axis] {
			continue
		}
		p := maps.Clone(s.Point)
		p[s.Axis] = v
		points = append(points, p)
	}
	return points
}

func (p *Pattern) newCase(s situation, e entrant, keys map[string]string) catalog.Case {
	c := catalog.Case{
		Name:       p.name(keys),
		Keys:       keys,
		Situations: []string{s.ID},
		MinN:       s.minN,
		Setup:      "0s",
	}
	minTime := s.minTime
	if s.batch != "" {
		c.MinN = (&conditions{Keys: keys}).count(s.batch)
	}
	if s.once {
		c.MaxN = c.MinN
	}
	if e.Overflow == patterns.Grow {
		minTime = max(minTime, s.grown)
	}
	if e.as == role.Process {
		// Short samples of processes are biased: 404 ns an item at 5,000 items, 79
		// at a million.
		minTime = max(minTime, 100*time.Millisecond)
		c.Setup = s.setup.String()
		if s.maxN != nil {
			c.MaxN = s.maxN(e, keys)
		}
	}
	c.MinTime = minTime.String()
	return c
}

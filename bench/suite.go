// Package bench is the measuring half of the suite: for each pattern the
// situations of production, the cases that stand for them, and the one way of
// driving a case.
//
// A case is a testing.B benchmark whose name spells out everything it varies:
//
//	BenchmarkQueue/impl=chan/as=goroutine/producers=4/consumers=4/cap=64/size=64/work=0ns-2
//
// Every case follows one course: set up, all parties ready, gate, work, all
// done, verify. ns/op is per item, task or message, from the first party's start
// to the last one's end; cpu-ns/op is the processor time of all processes
// involved over the same stretch. A wrong count or checksum fails the benchmark.
//
// testing.B.RunParallel is not used: it has no gate, it shares out b.N in an
// order of its own, and what it calls ns/op is no latency.
package bench

import (
	"maps"
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
	Patterns []Pattern
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

	work func() (*Work, error)
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

// floor is what the hardware or the kernel takes for the same motion.
type floor struct {
	catalog.Floor
	run func(b *testing.B, c *conditions)
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
	// scaling has the point measured in every cpus × GOMAXPROCS cell.
	scaling bool
	// minTime is the shortest sample worth taking where the usual one is too
	// short; setup is what starting the worker processes takes.
	minTime, setup time.Duration
	// pins lists the placements measured beside the free one, for threads and
	// processes, at the point.
	pins []string
	only Grid // "": every grid
	minN int  // least operations that mean anything: a whole batch
}

// conditions are what a case's driver is told.
type conditions struct {
	Keys map[string]string
	Work *Work
	Pin  string
	// Capacity in ns/op, of which the rate is a share; 0: unknown.
	Capacity float64
}

// Catalog describes the suite as data.
func (s *Suite) Catalog() *catalog.Catalog {
	c := &catalog.Catalog{Version: catalog.Version, Grid: string(s.Grid), Verdicts: s.Verdicts}
	for _, p := range s.Patterns {
		d := p.Pattern
		for _, si := range p.situations {
			if si.in(s.Grid) {
				d.Situations = append(d.Situations, si.Situation)
			}
		}
		d.Cases = p.cases(s.Grid)
		for _, f := range p.floors {
			d.Floors = append(d.Floors, f.Floor)
		}
		c.Patterns = append(c.Patterns, d)
	}
	return c
}

// Run runs every case of a pattern as sub-benchmarks of b.
func (s *Suite) Run(b *testing.B, pattern string) {
	p := s.pattern(pattern)
	for _, c := range p.cases(s.Grid) {
		if s.Pin == "" || slices.Contains(c.Pins, s.Pin) {
			s.runCase(b, c, p.run)
		}
	}
}

// RunFloors runs the floors of a pattern as sub-benchmarks of b.
func (s *Suite) RunFloors(b *testing.B, pattern string) {
	for _, f := range s.pattern(pattern).floors {
		if s.Pin == "" || slices.Contains(f.Pins, s.Pin) {
			s.runCase(b, f.Case, f.run)
		}
	}
}

func (s *Suite) pattern(name string) *Pattern {
	return &s.Patterns[slices.IndexFunc(s.Patterns, func(p Pattern) bool { return p.Name == name })]
}

func (s *Suite) runCase(b *testing.B, c catalog.Case, run func(*testing.B, *conditions)) {
	if s.work == nil {
		s.work = once(s.Spin)
	}
	_, name, _ := strings.Cut(c.Name, "/")
	b.Run(name, func(b *testing.B) {
		work, err := s.work()
		if err != nil {
			b.Fatal(err)
		}
		run(b, &conditions{c.Keys, work, s.Pin, s.Capacity})
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
				keys := maps.Clone(point)
				keys["impl"], keys["as"] = e.Name, string(e.as)
				if !s.admits(e) || !e.admits(keys) || grid == Quick && s.quickAdmits != nil && !s.quickAdmits(e) {
					continue
				}
				c := p.newCase(s, e, keys)
				atPoint := s.Axis == "" || point[s.Axis] == s.Point[s.Axis]
				c.Scaling = s.scaling && atPoint && e.as != role.Process
				if atPoint && e.as != role.Goroutine {
					c.Pins = s.pins
				}
				if i, ok := at[c.Name]; ok {
					cases[i].Situations = append(cases[i].Situations, s.ID)
					cases[i].Scaling = cases[i].Scaling || c.Scaling
					if len(c.Pins) > len(cases[i].Pins) {
						cases[i].Pins = c.Pins
					}
					continue
				}
				at[c.Name] = len(cases)
				cases = append(cases, c)
			}
		}
	}
	return cases
}

func (s *situation) in(grid Grid) bool { return s.only == "" || s.only == grid }

// points are the keys without impl and as: the situation's own point first.
func (s *situation) points(grid Grid) []map[string]string {
	points := []map[string]string{s.Point}
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
	pairs := []string{"impl", e.Name, "as", string(e.as)}
	for _, a := range p.Axes {
		pairs = append(pairs, a.Key, keys[a.Key])
	}
	c := catalog.Case{
		Name:       catalog.Name(p.Benchmark, pairs...),
		Keys:       keys,
		Situations: []string{s.ID},
		MinN:       s.minN,
		MinTime:    s.minTime.String(),
		Setup:      "0s",
	}
	if e.as == role.Process {
		// Short samples of processes are biased: 404 ns an item at 5,000 items, 79
		// at a million.
		c.MinTime = max(s.minTime, 100*time.Millisecond).String()
		c.Setup = s.setup.String()
	}
	return c
}

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// controlName is the fixed spin that watches the machine. It is in no catalog.
const controlName = "BenchmarkControl"

// controlTime is how long it lasts, however long the samples are: shorter ones are
// about the scheduler, not about the machine.
const controlTime = 20 * time.Millisecond

// A cell is what one process runs: a case or floor with its place.
type cell struct {
	catalog.Case // only the name of the control
	place
	by       *entrant
	control  bool
	before   bool // of the twin
	twin     int  // index of the cell that it is the twin of
	floor    bool
	block    string        // cells of one block, twins too, run one after the other: see order
	group    string        // cells of one group are compared
	baseline bool          // with which the others of the group are
	unit     string        // that decides
	capacity int           // index of the cell whose ns/op it is told; −1: none
	target   time.Duration // least timed region of a sample
	setup    time.Duration // untimed, as the catalog estimates it
	took     time.Duration // a sample, once its N is known
	like     study.Fixed   // what another study found; without N: nothing

	nsPerOpOfCapacity float64 // what is offered a share of, once it is known
}

// place is where a process runs.
type place struct {
	pair
	pin string
}

func (p place) String() string {
	s := fmt.Sprintf("cpus=%d GOMAXPROCS=%d", p.cpus, p.procs)
	if p.pin != "" {
		s += " pin=" + p.pin
	}
	return s
}

func (c cell) String() string {
	if c.before {
		return c.Name + " " + c.place.String() + " (before)"
	}
	return c.Name + " " + c.place.String()
}

// expected is how long a sample should take, from start to exit.
func (c cell) expected() time.Duration {
	switch {
	case c.took > 0:
		return c.took
	case c.like.Wall > 0:
		return seconds(c.like.Wall)
	}
	return processStart + c.target + c.setup
}

// plan is what a study will run.
type plan struct {
	cells []cell // in the catalog's order, the control last
	stop  rule
	seed  int64
}

// newPlan makes a cell of each case and floor in each place it is to be measured in.
// cpus and procs are ascending, as axes returns them.
func newPlan(prog *program, o *options, cpus, procs []int) (*plan, error) {
	star := o.grid == "quick" && o.procs == nil // a list asked for is measured whole
	all := pairs(cpus, procs, star)
	most := cpus[len(cpus)-1]
	full := pair{most, most}
	p := &plan{stop: o.stop, seed: o.seed}
	for _, pattern := range prog.catalog.Patterns {
		units := decidingUnits(pattern)
		add := func(k catalog.Case, floor bool) error {
			c := cell{Case: k, floor: floor, by: prog.by[k.Name], capacity: -1}
			minTime, err := duration(k.MinTime)
			if err != nil {
				return fmt.Errorf("catalog: case %s: min_time: %w", k.Name, err)
			}
			if c.setup, err = duration(k.Setup); err != nil {
				return fmt.Errorf("catalog: case %s: setup: %w", k.Name, err)
			}
			c.target = max(minTime, o.benchtime)
			c.baseline = k.Keys["impl"] == pattern.Baseline
			if len(k.Situations) > 0 {
				c.unit = units[k.Situations[0]]
			}
			places := []place{{pair: full}}
			if k.Scaling {
				places = places[:0]
				for _, at := range all {
					places = append(places, place{pair: at})
				}
			}
			for _, pin := range k.Pins {
				if affinity.Settable && full.cpus > 1 { // on one there is nothing to choose
					places = append(places, place{full, pin})
				}
			}
			for _, c.place = range places {
				c.block, c.group = common(c, "impl", "as"), common(c, "impl")
				p.cells = append(p.cells, c)
			}
			return nil
		}
		for _, k := range pattern.Cases {
			if err := add(k, false); err != nil {
				return nil, err
			}
		}
		for _, f := range pattern.Floors {
			if err := add(f.Case, true); err != nil {
				return nil, err
			}
		}
	}
	p.cells = append(p.cells, cell{
		Case: catalog.Case{Name: controlName}, control: true, capacity: -1,
		place: place{pair: full}, target: controlTime,
	})
	if len(prog.entrants) > 0 {
		p.cells[len(p.cells)-1].by = prog.entrants[0]
	}
	return p, p.linkCapacities()
}

// decidingUnits are the units of a pattern's situations that are not ns/op, by id.
func decidingUnits(p catalog.Pattern) map[string]string {
	units := map[string]string{}
	for _, s := range p.Situations {
		units[s.ID] = s.Unit
	}
	return units
}

// common is what a cell shares with those that differ from it in these keys only.
func common(c cell, apart ...string) string {
	keys := maps.Clone(c.Keys)
	for _, k := range apart {
		delete(keys, k)
	}
	benchmark, _, _ := strings.Cut(c.Name, "/")
	return fmt.Sprint(benchmark, keys, c.place) // fmt sorts maps
}

// linkCapacities finds, for each case that offers a share of a capacity, the cell
// that measures it in the same place.
func (p *plan) linkCapacities() error {
	cells := p.index()
	for i, c := range p.cells {
		if c.CapacityOf == "" {
			continue
		}
		of, ok := cells[cellKey{c.CapacityOf, c.place}]
		if !ok {
			return fmt.Errorf("catalog: %v offers a share of the capacity of %s, which is not measured in that place", c, c.CapacityOf)
		}
		p.cells[i].capacity = of
	}
	return nil
}

// cellKey is what tells cells apart, by the name that a study's files have for them.
type cellKey struct {
	name string // "" for the control
	at   place
}

// index finds cells, not those of the twin.
func (p *plan) index() map[cellKey]int {
	cells := map[cellKey]int{}
	for i, c := range p.cells {
		switch {
		case c.before:
		case c.control:
			cells[cellKey{"", c.place}] = i
		default:
			cells[cellKey{c.Name, c.place}] = i
		}
	}
	return cells
}

// alike are the cells that share the N of cell i: that of the first build, then its
// twin if there is one.
func (p *plan) alike(i int) []int {
	if p.cells[i].before {
		i = p.cells[i].twin
	}
	all := []int{i}
	for j, c := range p.cells {
		if c.before && c.twin == i {
			all = append(all, j)
		}
	}
	return all
}

// deciding is the unit in which the cell is compared.
func (c cell) deciding() string {
	if c.unit == "" {
		return "ns/op"
	}
	return c.unit
}

// duration parses one of the catalog's; an empty one is none.
func duration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	return time.ParseDuration(s)
}

// order returns the cells' indices in the order of one round, from 1: the blocks
// shuffled, and the cells of each. It depends on the seed and the round alone, so that a
// study can be continued.
//
// Shuffling all cells at once would be as fair and less sharp: what a machine does to a
// sample it does to the next few as well, and so to whom it is compared with.
func (p *plan) order(round int) []int {
	rng := rand.New(rand.NewPCG(uint64(p.seed), uint64(round)))
	var blocks [][]int
	at := map[string]int{}
	for i, c := range p.cells {
		b, ok := at[c.block]
		if !ok {
			b = len(blocks)
			at[c.block], blocks = b, append(blocks, nil)
		}
		blocks[b] = append(blocks[b], i)
	}
	shuffle(rng, blocks)
	for _, b := range blocks {
		shuffle(rng, b)
	}
	return slices.Concat(blocks...)
}

func shuffle[T any](rng *rand.Rand, all []T) {
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

const (
	// processStart is what a sample takes beside the timed part and what its case says of
	// its set-up: start and exit of a test binary, the trial run and what is done before
	// the clock runs.
	processStart      = 40 * time.Millisecond
	calibrationRounds = 2 // what calibration takes, in rounds
)

// round is the time that one round should take:
//
//	Σ (process start + max(min time, benchtime) + setup)
func (p *plan) round() (sum time.Duration) {
	for _, c := range p.cells {
		sum += c.expected()
	}
	return sum
}

// calibration is the time that finding the numbers of operations should take.
func (p *plan) calibration() (sum time.Duration) {
	for _, c := range p.cells {
		sum += c.calibration()
	}
	return sum
}

func (c cell) calibration() time.Duration {
	if c.before || c.like.N > 0 { // it takes over what is found
		return 0
	}
	return calibrationRounds * c.expected()
}

// most is how many rounds there should be at most.
func (p *plan) most() int {
	return p.stop.most(p.calibration(), p.round())
}

// estimate is the time that the plan should take, with as many rounds as there may be and
// calibration.
func estimate(p *plan) time.Duration {
	rounds := time.Duration(p.most())
	if longest := math.MaxInt64 - p.calibration(); p.round() > 0 && rounds > longest/p.round() {
		return math.MaxInt64 // centuries
	}
	return p.calibration() + rounds*p.round()
}

// print lists the plan.
func (p *plan) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "case\tcpus\tGOMAXPROCS\tpin\ttimed\tentrant")
	for _, c := range p.cells {
		by := c.by.name
		if c.before {
			by += " (before)"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%v\t%s\n", c.Name, c.cpus, c.procs, cmp.Or(c.pin, "-"), c.target, by)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	rounds := p.most()
	roughly := "about" // as long as it took another study
	if slices.ContainsFunc(p.cells, func(c cell) bool { return c.like.N == 0 && c.MinN > 0 }) {
		roughly = "at least" // who knows how long so many operations take
	}
	_, err := fmt.Fprintf(w, "%d cells × %d rounds = %d samples, %s %v with calibration (%v)\n",
		len(p.cells), rounds, rounds*len(p.cells), roughly, estimate(p).Round(time.Second), p.stop)
	return err
}

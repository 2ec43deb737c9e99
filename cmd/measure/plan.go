package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"text/tabwriter"
	"time"

	"crossover/internal/catalog"
)

// controlName is the fixed spin that watches the machine. It is in no catalog.
const controlName = "BenchmarkControl"

// A cell is what one process runs: a case with its CPUs and GOMAXPROCS.
type cell struct {
	catalog.Case     // only the name of the control
	cpus, procs  int // size of the affinity mask; GOMAXPROCS
	control      bool
	target       time.Duration // least timed region of a sample
	setup        time.Duration // untimed, as the catalog estimates it
	took         time.Duration // a sample, once its N is known
}

func (c cell) String() string {
	return fmt.Sprintf("%s cpus=%d GOMAXPROCS=%d", c.Name, c.cpus, c.procs)
}

// expected is how long a sample should take, from start to exit.
func (c cell) expected() time.Duration {
	if c.took > 0 {
		return c.took
	}
	return processStart + c.target + c.setup
}

// plan is what a study will run.
type plan struct {
	cells  []cell // in the catalog's order, the control last
	rounds int
	seed   int64
}

// newPlan makes a cell of each case in each place it is to be measured in. cpus
// and procs are ascending, as axes returns them.
func newPlan(c *catalog.Catalog, o *options, cpus, procs []int) (*plan, error) {
	star := o.grid == "quick" && o.procs == nil // a list asked for is measured whole
	all := pairs(cpus, procs, star)
	full := pair{cpus[len(cpus)-1], cpus[len(cpus)-1]}
	p := &plan{rounds: o.rounds, seed: o.seed}
	for _, pattern := range c.Patterns {
		for _, k := range pattern.Cases {
			minTime, err := duration(k.MinTime)
			if err != nil {
				return nil, fmt.Errorf("catalog: case %s: min_time: %w", k.Name, err)
			}
			setup, err := duration(k.Setup)
			if err != nil {
				return nil, fmt.Errorf("catalog: case %s: setup: %w", k.Name, err)
			}
			places := []pair{full}
			if k.Scaling {
				places = all
			}
			for _, at := range places {
				p.cells = append(p.cells, cell{
					Case: k, cpus: at.cpus, procs: at.procs,
					target: max(minTime, o.benchtime), setup: setup,
				})
			}
		}
	}
	p.cells = append(p.cells, cell{
		Case: catalog.Case{Name: controlName}, control: true,
		cpus: full.cpus, procs: full.procs, target: o.benchtime,
	})
	return p, nil
}

// duration parses one of the catalog's; an empty one is none.
func duration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	return time.ParseDuration(s)
}

// order returns the cells' indices in the order of one round, from 1. It depends
// on the seed and the round alone, so that a study can be continued.
func (p *plan) order(round int) []int {
	return rand.New(rand.NewPCG(uint64(p.seed), uint64(round))).Perm(len(p.cells))
}

// samples is the number of processes that the rounds will start.
func (p *plan) samples() int { return p.rounds * len(p.cells) }

const (
	processStart      = 15 * time.Millisecond // of a Go test binary, with its exit
	calibrationRounds = 2                     // what calibration takes, in rounds
)

// estimate is the time that the plan should take, calibration included:
//
//	(rounds + calibration) × Σ (process start + max(min time, benchtime) + setup)
func estimate(p *plan) time.Duration {
	var round time.Duration
	for _, c := range p.cells {
		round += c.expected()
	}
	return time.Duration(p.rounds+calibrationRounds) * round
}

// print lists the plan.
func (p *plan) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "case\tcpus\tGOMAXPROCS\ttimed")
	for _, c := range p.cells {
		fmt.Fprintf(t, "%s\t%d\t%d\t%v\n", c.Name, c.cpus, c.procs, c.target)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d cells × %d rounds = %d samples, about %v with calibration\n",
		len(p.cells), p.rounds, p.samples(), estimate(p).Round(time.Second))
	return err
}

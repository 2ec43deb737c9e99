package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/affinity"
	"crossover/internal/catalog"
	"crossover/internal/study"
)

// A lab is what the parts of a self-test share.
type lab struct {
	prog      *program
	plan      *plan
	r         *sampler
	at        place
	benchtime time.Duration
	stderr    io.Writer
	cache     *cache
	long      *session
}

func newLab(ctx context.Context, o *options, stderr io.Writer) (*lab, study.Machine, error) {
	var m study.Machine
	usable, err := affinity.CPUs()
	if err != nil {
		return nil, m, err
	}
	own := *o
	own.grid, own.pkgs, own.stop = "quick", []string{selfTestPackage}, rule{rounds: 1}
	if !o.given["benchtime"] {
		own.benchtime = time.Millisecond // tens of thousands of samples, and the rule is about their number
	}
	cpus, procs, err := axes(&own, len(usable), cpuQuota())
	if err != nil {
		return nil, m, err
	}
	c, err := openCache()
	if err != nil {
		return nil, m, err
	}
	prog, err := assemble(ctx, &own, c, func(s string) { fmt.Fprintln(stderr, "warning:", s) })
	if err != nil {
		return nil, m, err
	}
	if !slices.ContainsFunc(prog.catalog.Patterns, func(p catalog.Pattern) bool { return p.Benchmark == selfTestBenchmark }) {
		return nil, m, usagef("-bin %s is not the test binary of %s", own.bins[0], selfTestPackage)
	}
	p, err := newPlan(prog, &own, cpus, procs)
	if err != nil {
		return nil, m, err
	}
	l := &lab{prog: prog, plan: p, stderr: stderr, cache: c, at: p.cells[len(p.cells)-1].place, benchtime: own.benchtime}
	l.r = &sampler{
		grid: "quick", spin: 1, cpus: usable, patience: 30 * time.Second,
		probe: newProbe(usable), watch: newWatch(usable[:l.at.cpus]),
	}
	m = describe(ctx, prog)
	m.Grid, m.CPUList, m.Procs, m.Benchtime = "selftest", cpus, procs, own.benchtime.String()
	return l, m, nil
}

// unwritten is a study that nobody keeps: a self-test's samples are millions.
type unwritten struct{}

func (unwritten) Append(study.Sample, *benchfmt.Result, []*benchfmt.UnitMetadata) error { return nil }

func (unwritten) Fix(study.Fixed) error { return nil }

func (unwritten) Sync() error { return nil }

// longRun measures every entrant in the same shuffled rounds, for long enough to make
// so many disjoint pairs of identical ones.
func (l *lab) longRun(ctx context.Context, f *findings) error {
	kinds := l.kinds()
	perWindow := 0
	for _, k := range kinds {
		perWindow += len(k.same) / 2
	}
	window := f.rule.rounds
	if f.rule.until > 0 && window == mostRounds {
		window = 33 // what a rule on widths takes varies: some 33 rounds for a start
	}
	windows := (f.trial.pairs + perWindow - 1) / perWindow
	l.plan.stop = rule{rounds: windows * window}
	l.plan.seed = f.seed
	s := newSession(l.plan, l.r.run, unwritten{}, l.stderr)
	s.keep = func() { l.cache.touch(l.prog.entrants[0].argv[0]) }
	if err := s.calibrate(ctx); err != nil {
		return err
	}
	if err := s.allRan(); err != nil { // else rounds would lack a cell
		return err
	}
	for _, k := range kinds {
		k.share(s.cells)
	}
	l.r.watch.look()
	err := s.run(ctx)
	l.long = s
	f.kinds, f.values, f.rounds = kinds, s.values, s.rounds
	for i := range f.values { // of whole rounds
		f.values[i] = f.values[i][:min(len(f.values[i]), s.rounds)]
	}
	f.control, f.spans, f.cores, f.cpus = f.values[len(f.values)-1], s.spans, s.cores, l.at.cpus
	f.secondsPerRound = make([]float64, len(s.cells))
	for i := range s.cells {
		f.secondsPerRound[i] = l.plan.cells[i].took.Seconds()
	}
	return cmp.Or(s.allRan(), err)
}

// allRan is an error if a cell failed.
func (s *session) allRan() error {
	for i, c := range s.cells {
		if c.failed > 0 {
			return fmt.Errorf("self-test: %v failed: %s", s.plan.cells[i], c.last)
		}
	}
	return nil
}

// slowRun goes on with the pairs of which a slowdown should be found, until it is or they
// have had all the measuring they are given: where a process starts slowly, the rounds of
// the long run are a fraction of that.
func (l *lab) slowRun(ctx context.Context, f *findings) error {
	var pairs []int
	for _, k := range f.kinds {
		pairs = append(pairs, k.same[0], k.more[soughtPercent])
	}
	for {
		all, err := f.powerOf(soughtPercent)
		if err != nil {
			return err
		}
		have := f.sought(all)
		next := min(2*have.Rounds, f.allowedRounds())
		if have.Found >= soughtShare || next <= have.Rounds {
			return nil
		}
		// Power is known up to half of the rounds.
		if err := l.further(ctx, f, pairs, 2*next-f.roundsOf(soughtPercent)); err != nil {
			return err
		}
	}
}

// further measures some cells of the long run for more rounds.
func (l *lab) further(ctx context.Context, f *findings, cells []int, rounds int) error {
	p := l.planOf(cells, rounds)
	p.seed = f.seed + int64(len(f.whole(cells[0])))
	s := l.sessionOf(p, cells, l.stderr)
	err := s.run(ctx)
	if err := s.allRan(); err != nil {
		return err
	}
	if f.further == nil {
		f.further = make([]series, len(f.values))
	}
	for j, i := range cells {
		f.further[i] = append(f.further[i], s.values[j][:min(len(s.values[j]), s.rounds)]...) // of whole rounds
	}
	return err
}

// planOf is a plan of some cells of the long run.
func (l *lab) planOf(cells []int, rounds int) *plan {
	p := &plan{stop: rule{rounds: rounds}}
	for _, i := range cells {
		p.cells = append(p.cells, l.plan.cells[i])
	}
	return p
}

// sessionOf is a session of such a plan, with the numbers of operations of the long run.
func (l *lab) sessionOf(p *plan, cells []int, stderr io.Writer) *session {
	s := newSession(p, l.r.run, unwritten{}, stderr)
	for j, i := range cells {
		s.cells[j] = l.long.cells[i]
	}
	return s
}

// kindOf is the entrants that do one kind of work, as indices of cells.
type kindOf struct {
	name string
	same []int
	more map[int]int // by per cent more work
}

// share gives all entrants of a kind the number of operations of the first, as a study
// gives one entrant all its samples with one: what a sample costs once, such as the
// start of its parties, is then the same for all.
func (k *kindOf) share(cells []cellState) {
	n := cells[k.same[0]].n
	for _, i := range k.same {
		cells[i].n = n
	}
	for _, i := range k.more {
		cells[i].n = n
	}
}

func (l *lab) kinds() (kinds []kindOf) {
	at := map[string]int{}
	for i, c := range l.plan.cells {
		if c.control {
			continue
		}
		name := c.Keys["kind"]
		if _, ok := at[name]; !ok {
			at[name] = len(kinds)
			kinds = append(kinds, kindOf{name: name, more: map[int]int{}})
		}
		k := &kinds[at[name]]
		if percent, ok := strings.CutPrefix(c.Keys["impl"], "more"); ok {
			p, _ := strconv.Atoi(percent)
			k.more[p] = i
		} else {
			k.same = append(k.same, i)
		}
	}
	return kinds
}

// blocks runs the whole suite twice with -count=10, as one does before and after a
// change, and returns the values of each case from both runs; again and again.
func (l *lab) blocks(ctx context.Context, times int) (pairs [][2][]float64, err error) {
	bar := newProgress(l.stderr, "in blocks", time.Duration(2*times)*time.Second)
	defer bar.end()
	for i := range times {
		var runs [2]map[string][]float64
		for j := range runs {
			cmd := l.prog.entrants[0].command(ctx, "-test.run=^$", "-test.bench=^"+selfTestBenchmark+"$/^impl=same",
				"-test.count=10", "-test.benchtime="+l.benchtime.String(), "-test.cpu="+strconv.Itoa(l.at.procs))
			out, err := output(ctx, cmd)
			if err != nil {
				return nil, fmt.Errorf("self-test, in blocks: %w", err)
			}
			runs[j] = map[string][]float64{}
			r := benchfmt.NewReader(strings.NewReader(string(out)), "output")
			for r.Scan() {
				if rec, ok := r.Result().(*benchfmt.Result); ok {
					if v, ok := rec.Value("sec/op"); ok {
						name := rec.Name.String()
						runs[j][name] = append(runs[j][name], v)
					}
				}
			}
			bar.step(time.Second, fmt.Sprintf("%d of %d", i+1, times))
		}
		for name, before := range runs[0] {
			pairs = append(pairs, [2][]float64{before, runs[1][name]})
		}
	}
	return pairs, nil
}

// pick returns up to n cells, spread over all.
func (l *lab) pick(n int) (cells []int) {
	most := len(l.plan.cells) - 1
	for i := range min(n, most) {
		cells = append(cells, i*most/min(n, most))
	}
	return cells
}

package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"crossover/internal/study"
)

// A regression is looked for between two runs that share no rounds, so cells are
// compared unpaired: the ratio of trimmed geometric means with a Welch interval on logs. Some
// things keep two runs of the same code from being told apart:
//
//   - A handful of rounds does not show how noisy a cell is. Its variance is judged in the
//     light of all cells' (moderate).
//   - The family is all cells: intervals are simultaneous (Šidák), so that all of
//     them hold at once in 95 of 100 comparisons.
//   - Two runs differ by more than the rounds within one let expect: the machine was
//     in another mood. What all cells share, the control shows, a fixed spin measured
//     in each round: times are divided by it. What each cell has of its own is estimated
//     from how far cells scatter about their common ratio beyond their own noise (the
//     median and the MAD of all, which a few true changes do not move: an empirical
//     null, Efron 2004, JASA 99:96), and widens every interval.
//   - Studies that were measured in the same rounds (measure -against) have neither: they
//     are compared round by round, and what the machine does cancels.
//   - What a floor costs is the machine's: it is shown, and nobody's regression.
//   - A cell that is noisy can hide a regression, always. It does not make the whole
//     comparison undecided: for that there has to be a sign of a change, or no power
//     to speak of in most cells. Its line says what it could not have shown.

// pair is one cell of both runs.
type pair struct {
	id       string
	unit     string
	better   int // +1 if more is better
	old, new []float64
	rounds   [2][]int // of old and new, if they are of studies
	floor    bool     // what the hardware or the kernel takes: no regression of anybody's
	skip     string   // why there is no ratio; "" if there is

	logRatio float64 // of cost, new over old, the control's divided out
	within   float64 // standard error by the rounds within each run
	df       float64
	lo, hi   float64 // log, simultaneous
	outcome  outcome
}

type outcome int

const (
	unchanged outcome = iota
	better            // the whole interval is below 1
	slower            // above 1, and within the threshold
	worse             // beyond the threshold
	unsure            // above 1, the estimate beyond the threshold, the interval on both sides
)

func (o outcome) String() string {
	return [...]string{"unchanged", "better", "slower", "worse", "cannot tell"}[o]
}

// comparing is a comparison of two runs.
type comparing struct {
	threshold float64 // 0.05: up to 5 % more is no regression
	pairs     []*pair
	groups    []group // of pairs: all, then by benchmark and impl
	onlyOld   []string
	onlyNew   []string
	control   float64 // new over old; 0 if there is none
	controlSE float64 // standard error of its logarithm, which all times share
	changed   bool    // the machine: the control moved beyond the threshold, and nobody is called worse
	together  bool    // measured in the same rounds: samples are paired
	few       bool    // cells: see mood
	between   float64 // standard deviation of what runs differ by in each cell, log
	notes     []string
	doubts    []string // each a reason not to trust an all clear
}

// group is the mean of several cells, which shows what no single one does.
type group struct {
	name     string
	pairs    []*pair
	logRatio float64
	lo, hi   float64
	outcome  outcome
}

// compareRuns compares all cells that two runs share.
func compareRuns(old, new *results, threshold float64) *comparing {
	c := &comparing{threshold: threshold}
	c.together = old.study != nil && new.study != nil && old.study.Machine.Together != "" && old.study.Machine.Together == new.study.Machine.Together
	c.match(old, new)
	c.leaveOutPaced(old, new)
	if c.together {
		c.notes = append(c.notes, "both were measured in the same rounds and are compared round by round")
		for _, p := range c.pairs {
			old, new := series{p.rounds[0], p.old}, series{p.rounds[1], p.new}
			rounds := commonRounds(old, new)
			p.old, p.new = old.in(rounds), new.in(rounds)
		}
	} else {
		c.normalise(old, new)
	}
	c.judge()
	return c
}

// match pairs the cells of both runs.
func (c *comparing) match(old, new *results) {
	deciding := decidingUnits(old, new)
	type key struct{ id, unit string }
	byKey := map[key]*pair{}
	var order []*pair
	for i, run := range []*results{old, new} {
		rounds, floors := run.rounds(), run.floors()
		for _, l := range run.lines {
			for _, v := range l.values {
				direction := directionOf(run.units, v.Unit)
				if direction == 0 || deciding != nil && !deciding[v.Unit] {
					continue
				}
				k := key{l.id(), v.Unit}
				p := byKey[k]
				if p == nil {
					p = &pair{id: k.id, unit: v.Unit, better: direction, floor: floors[l.line]}
					byKey[k] = p
					order = append(order, p)
				}
				p.rounds[i] = append(p.rounds[i], rounds[l.line])
				if i == 0 {
					p.old = append(p.old, v.Value)
				} else {
					p.new = append(p.new, v.Value)
				}
			}
		}
	}
	for _, p := range order {
		switch {
		case p.new == nil:
			c.onlyOld = append(c.onlyOld, p.name())
		case p.old == nil:
			c.onlyNew = append(c.onlyNew, p.name())
		default:
			c.pairs = append(c.pairs, p)
		}
	}
}

// leaveOutPaced drops what two studies cannot differ in, or must: an open loop takes the
// time that its rate says, and a rate that is a share of what the study found it could
// carry is another one in each.
func (c *comparing) leaveOutPaced(old, new *results) {
	if old.study == nil || new.study == nil {
		return
	}
	given, shares := 0, 0
	c.pairs = slices.DeleteFunc(c.pairs, func(p *pair) bool {
		rate := keyOf(p.id, "rate")
		switch {
		case rate == "" || rate == "max":
			return false
		case strings.HasSuffix(rate, "pct") && !c.together:
			shares++
			return true
		case p.unit == study.Cost:
			given++
			return true
		}
		return false
	})
	if shares > 0 {
		c.notes = append(c.notes, fmt.Sprintf("%s not compared: the rate offered is a share of what each study could carry, another one in each", count(shares, "cell")))
	}
	if given > 0 {
		c.notes = append(c.notes, fmt.Sprintf("%s not compared: time per operation at a given rate is that rate's", count(given, "cell")))
	}
}

// rounds are those of the samples by their line; none of a file.
func (r *results) rounds() map[int]int {
	by := map[int]int{}
	if r.study != nil {
		for _, x := range r.study.Measured {
			by[x.Line] = x.Round
		}
	}
	return by
}

// floors are the lines of samples of floors; none of a file.
func (r *results) floors() map[int]bool {
	of := map[int]bool{}
	if r.study == nil {
		return of
	}
	names := map[string]bool{}
	for _, p := range r.study.Catalog.Patterns {
		for _, f := range p.Floors {
			names[f.Name] = true
		}
	}
	for _, x := range r.study.Measured {
		if names[x.Case] {
			of[x.Line] = true
		}
	}
	return of
}

func (p *pair) name() string { return p.id + " " + p.unit }

// directionOf says whether more of a unit is better (+1) or worse (−1); 0 if nobody
// said so.
func directionOf(units benchfmt.UnitMetadataMap, unit string) int {
	if d := units.GetBetter(unit); d != 0 {
		return d
	}
	if isTime(unit) {
		return -1
	}
	return 0
}

// decidingUnits are time per operation and what else decides in a situation; nil, for
// all, if neither run is a study.
func decidingUnits(runs ...*results) map[string]bool {
	var units map[string]bool
	for _, r := range runs {
		if r.study == nil {
			continue
		}
		if units == nil {
			units = map[string]bool{study.Cost: true}
		}
		for _, p := range r.study.Catalog.Patterns {
			for _, s := range p.Situations {
				if s.Unit != "" {
					_, unit := benchunit.Tidy(1, s.Unit)
					units[unit] = true
				}
			}
		}
	}
	return units
}

// normalise finds by how much the machine itself changed between two studies of it.
func (c *comparing) normalise(old, new *results) {
	if old.study == nil || new.study == nil {
		return
	}
	a, b := old.study.Machine, new.study.Machine
	if a.CPU != b.CPU || a.CPUs != b.CPUs {
		c.doubts = append(c.doubts, fmt.Sprintf("the machines differ: %s with %s and %s with %s", a.CPU, count(a.CPUs, "CPU"), b.CPU, count(b.CPUs, "CPU")))
		return
	}
	if a.SpinPerUS != b.SpinPerUS {
		c.notes = append(c.notes, fmt.Sprintf("the calibrated work differs: %d and %d iterations per µs; cases with work in them compare that too (measure -spin %d avoids it)", a.SpinPerUS, b.SpinPerUS, a.SpinPerUS))
	}
	if a.Go != b.Go {
		c.notes = append(c.notes, fmt.Sprintf("the Go versions differ: %s and %s", a.Go, b.Go))
	}
	ca, cb := controls(old.study), controls(new.study)
	const enough = 5
	if len(ca) < enough || len(cb) < enough {
		return
	}
	before, after := trim(logsOf(ca)), trim(logsOf(cb))
	moved := after.mean - before.mean
	c.control = math.Exp(moved)
	c.controlSE, _ = welch(before, after)
	if c.changed = math.Abs(moved) > math.Log(1+c.threshold); c.changed {
		c.doubts = append(c.doubts, fmt.Sprintf("the machine itself changed: the control takes %s of what it did, and nothing says that all else does; measure both in the same rounds (measure -against)", factor(c.control)))
	}
}

// controls are the times of the fixed spin.
func controls(s *study.Study) (all []float64) {
	for _, x := range s.Control {
		if v := x.Values["ns/op"]; v > 0 {
			all = append(all, v)
		}
	}
	return all
}

// judge sets everybody's interval and outcome.
func (c *comparing) judge() {
	var able []*pair
	for _, p := range c.pairs {
		p.estimate(c.control, c.together)
		if p.skip == "" {
			able = append(able, p)
		}
	}
	if c.few = len(able) < few && !c.together; c.few && len(able) > 0 {
		c.notes = append(c.notes, fmt.Sprintf("fewer than %d cells do not show what two runs differ by anyway: a regression has to exceed %.0f %% more", few, 100*mood))
	}
	var weather [2][]float64 // of old and new, by round
	if len(able) > 0 {
		weather = [2][]float64{roundMedians(able, 0), roundMedians(able, 1)}
	}
	if !c.together {
		c.between = scatterBetween(able, weather)
	}
	moderate(able)
	c.group(able)
	level := sidak(len(able) + len(c.groups)) // all of them hold at once
	for _, p := range able {
		margin := c.margin(c.errorOf(p), p.df, level)
		p.lo, p.hi = p.logRatio-margin, p.logRatio+margin
		p.outcome = c.classify(p.logRatio, p.lo, p.hi)
	}
	shared, sharedDF := c.weatherError(weather)
	for i := range c.groups {
		g := &c.groups[i]
		se, df := g.mean(shared, sharedDF)
		// Not divided by the root of their number: a machine's mood is much the same for all.
		se = math.Hypot(se, c.controlSE)
		margin := c.margin(se, c.groupDF(se, df), level)
		g.lo, g.hi = g.logRatio-margin, g.logRatio+margin
		g.outcome = c.classify(g.logRatio, g.lo, g.hi)
	}
	c.doubt()
}

// errorOf is the standard error of a cell's ratio: its own and, of times, the control's.
func (c *comparing) errorOf(p *pair) float64 {
	if isTime(p.unit) {
		return math.Hypot(p.within, c.controlSE)
	}
	return p.within
}

// margin is how far an interval of a level reaches to either side: by the standard error
// from within the runs, and by what runs differ by. Its degrees of freedom are those of
// the former alone: a cell that happens to be calm within both runs is where false alarms
// come from.
func (c *comparing) margin(se, df, level float64) float64 {
	t := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile((1 + level) / 2)
	return t * math.Hypot(se, c.between)
}

// groupDF is the degrees of freedom of a group's margin. What runs differ by, most of it,
// is known from all cells (Satterthwaite 1946, Biometrics Bulletin 2:110).
func (c *comparing) groupDF(se, df float64) float64 {
	const efficiency = 0.37 // of the MAD, against the standard deviation
	within, between := se*se, c.between*c.between
	return (within + between) * (within + between) / (within*within/df + between*between/(efficiency*float64(len(c.pairs))))
}

// sidak is the level of each of n intervals that are to hold together.
func sidak(n int) float64 { return math.Pow(confidence, 1/float64(max(1, n))) }

func (c *comparing) classify(at, lo, hi float64) outcome {
	limit := math.Log(1 + c.threshold)
	switch {
	case lo > limit && !c.changed && !(c.few && lo <= limit+math.Log(1+mood)):
		return worse
	case hi < 0:
		return better
	case lo > 0 && at > limit:
		return unsure
	case lo > 0:
		return slower
	}
	return unchanged
}

const nothing = "0 before and after"

// grain is the least relative scatter believed of a cell: numbers are printed with
// four digits, and a cell that happens to repeat itself is not free of noise.
const grain = 5e-4

func (p *pair) estimate(control float64, together bool) {
	from, to := p.old, p.new
	if p.better > 0 {
		from, to = to, from
	}
	zeros := 0
	for _, v := range slices.Concat(from, to) {
		if !(v > 0) {
			zeros++
		}
	}
	switch {
	case zeros == len(from)+len(to):
		p.skip = nothing
	case zeros > 0:
		p.skip = "values of 0 or less have no ratio"
	case min(len(from), len(to)) < 2:
		p.skip = "one sample has no scatter"
	}
	if p.skip != "" {
		return
	}
	if together {
		d := trim(minus(logsOf(to), logsOf(from)))
		p.logRatio, p.within, p.df = d.mean, math.Sqrt(d.variance), d.df
		return
	}
	a, b := trim(logsOf(from)), trim(logsOf(to))
	p.logRatio = b.mean - a.mean
	p.within, p.df = cautious(a, b)
	if control > 0 && isTime(p.unit) {
		p.logRatio -= math.Log(control)
	}
}

// trimmed is a mean without its extremes, and what that is worth.
type trimmed struct{ mean, variance, df float64 } // variance of the mean

// trim drops a tenth of the values at either end, none of fewer than five: one sample
// in twenty of a virtual machine is far off. The variance is that of the winsorised
// values (Yuen 1974, Biometrika 61:165). At least two values.
func trim(values []float64) trimmed {
	v := slices.Sorted(slices.Values(values))
	g := (len(v) + 5) / 10
	if len(v) < 5 {
		g = 0
	}
	kept := v[g : len(v)-g]
	mean := stat.Mean(kept, nil)
	for i := range g {
		v[i], v[len(v)-1-i] = kept[0], kept[len(kept)-1]
	}
	h, n := float64(len(kept)), float64(len(v))
	squares := max(stat.Variance(v, nil), grain*grain) * (n - 1)
	return trimmed{mean, squares / (h * (h - 1)), h - 1}
}

// welch is the standard error of a difference of means and its degrees of freedom.
func welch(a, b trimmed) (se, df float64) {
	sum := a.variance + b.variance
	return math.Sqrt(sum), sum * sum / (a.variance*a.variance/a.df + b.variance*b.variance/b.df)
}

// cautious is the larger of two standard errors of a difference of means: welch's, and
// that of two runs of one thing, as noisy as both are together (Yuen and Dixon 1973,
// Biometrika 60:369). A cell that is now fast and now ten times slower may be fast in all
// but one of eight rounds, and then nothing but the other run shows what it is like.
func cautious(a, b trimmed) (se, df float64) {
	se, df = welch(a, b)
	na, nb := a.df+1, b.df+1
	squares := a.variance*na*a.df + b.variance*nb*b.df
	return max(se, math.Sqrt(squares/(a.df+b.df)*(1/na+1/nb))), df
}

func minus(a, b []float64) []float64 { return floats.SubTo(make([]float64, len(a)), a, b) }

func logsOf(values []float64) []float64 {
	l := make([]float64, len(values))
	for i, v := range values {
		l[i] = math.Log(v)
	}
	return l
}

// mood is what two runs of a cell differ by now and then on a virtual machine. Of fewer
// cells than few nobody can see it, and it could not be told from a change: then a cell
// has to be worse by more than a mood.
const (
	few  = 8
	mood = 0.2
)

// scatterBetween estimates what two runs differ by in each cell beyond its own noise;
// 0 for few cells.
func scatterBetween(pairs []*pair, weather [2][]float64) float64 {
	if len(pairs) < few {
		return 0
	}
	// What a round does to all cells is no part of how cells scatter about their middle.
	var own [2][]trimmed
	for side := range own {
		for _, p := range pairs {
			logs := logsOf(p.side(side))
			for r := range logs {
				if r < len(weather[side]) {
					logs[r] -= weather[side][r]
				}
			}
			own[side] = append(own[side], trim(logs))
		}
	}
	var ratios, within []float64
	for i, p := range pairs {
		ratios, within = append(ratios, p.logRatio), append(within, own[0][i].variance+own[1][i].variance)
	}
	middle := series{values: ratios}.median()
	for i, r := range ratios {
		ratios[i] = math.Abs(r - middle)
	}
	const normal = 1.4826 // from MAD to standard deviation
	total := normal * series{values: ratios}.median()
	return math.Sqrt(max(0, total*total-series{values: within}.median()))
}

// roundMedians is how far the middle cell of each round is from its own mean.
func roundMedians(pairs []*pair, side int) (weather []float64) {
	rounds := fewest(pairs, side)
	off := make([][]float64, rounds)
	for _, p := range pairs {
		logs := logsOf(p.side(side)[:rounds])
		middle := stat.Mean(logs, nil)
		for r, l := range logs {
			off[r] = append(off[r], l-middle)
		}
	}
	for _, o := range off {
		weather = append(weather, series{values: o}.median())
	}
	return weather
}

// fewest is how many rounds all cells have.
func fewest(pairs []*pair, side int) int {
	n := math.MaxInt
	for _, p := range pairs {
		n = min(n, len(p.side(side)))
	}
	return n
}

// group forms groups: all cells, and those of each benchmark and impl.
func (c *comparing) group(able []*pair) {
	var order []string
	members := map[string][]*pair{}
	add := func(name string, p *pair) {
		if members[name] == nil {
			order = append(order, name)
		}
		members[name] = append(members[name], p)
	}
	for _, p := range able {
		if p.better < 0 && isTime(p.unit) && !p.floor {
			add("all times", p)
		}
	}
	for _, p := range able {
		if impl := keyOf(p.id, "impl"); impl != "" && p.unit == study.Cost {
			add(strings.TrimPrefix(strings.SplitN(p.id, "/", 2)[0], "Benchmark")+" impl="+impl, p)
		}
	}
	for _, name := range order {
		if len(members[name]) > 1 {
			c.groups = append(c.groups, group{name: name, pairs: members[name]})
		}
	}
}

// keyOf returns the value of a key in a benchmark's name, or in a cell's id.
func keyOf(name, key string) string {
	_, after, ok := strings.Cut(name, "/"+key+"=")
	if !ok {
		return ""
	}
	value, _, more := strings.Cut(after, "/")
	value, _, _ = strings.Cut(value, " ")
	if i := strings.LastIndexByte(value, '-'); i > 0 && !more && strings.Trim(value[i+1:], "0123456789") == "" {
		value = value[:i] // GOMAXPROCS
	}
	return value
}

// weatherError is the standard error, with its degrees of freedom, that comes from what
// rounds do to all cells together: it does not average out over them.
func (c *comparing) weatherError(weather [2][]float64) (se, df float64) {
	before, after := weather[0], weather[1]
	if c.together && len(before) == len(after) {
		d := trim(minus(after, before))
		return math.Sqrt(d.variance), d.df
	}
	return welch(trim(before), trim(after))
}

// mean sets the group's ratio and returns its standard error and degrees of freedom
// (Satterthwaite), given those of the weather. Most of its cells are of different
// situations and so measured far apart within a round: each has noise of its own, and the
// weather. The scatter of the group's mean from round to round shows both at once, but of
// six rounds nobody can know it well: with the intervals of all groups at once a cost that
// doubled was overlooked.
func (g *group) mean(weather, weatherDF float64) (se, df float64) {
	n := float64(len(g.pairs))
	g.logRatio = 0
	total := weather * weather
	spread := total * total / weatherDF
	for _, p := range g.pairs {
		g.logRatio += p.logRatio / n
		own := p.within * p.within / (n * n)
		total += own
		spread += own * own / p.df
	}
	return math.Sqrt(total), total * total / spread
}

func (p *pair) side(i int) []float64 {
	if i == 0 {
		return p.old
	}
	return p.new
}

// blind is from what ratio on a cell that cannot exclude it has shown nothing.
const blind = 2

// doubt collects why an all clear would mean nothing.
func (c *comparing) doubt() {
	if len(c.pairs) == 0 {
		c.doubts = append(c.doubts, "no cell was measured in both")
		return
	}
	if c.between > mood {
		c.doubts = append(c.doubts, fmt.Sprintf("the runs differ by ±%.0f %% in each cell, and a change of most of them could hide in that: measure both in the same rounds (measure -against)", 100*c.between))
	}
	seeing, asked := 0, 0
	for _, p := range c.pairs {
		if p.skip == nothing {
			continue
		}
		asked++
		if p.skip == "" && c.margin(c.errorOf(p), p.df, confidence) < math.Log(blind) {
			seeing++
		}
	}
	if 2*seeing < asked {
		c.doubts = append(c.doubts, fmt.Sprintf("only %d of %d cells could have shown, each for itself, that a cost doubled: more rounds are needed", seeing, asked))
	}
	for _, g := range c.groups {
		if g.name == "all times" && g.outcome != worse && g.hi > math.Log(1+c.threshold) && g.logRatio > 0 && g.lo > 0 {
			c.doubts = append(c.doubts, fmt.Sprintf("all times together: %s", boundsOf(g.logRatio, g.lo, g.hi)))
		}
	}
}

// status is the exit status: 1 for a regression, 3 if there may be one, 0 if not.
func (c *comparing) status(strict bool) int {
	status := 0
	if len(c.doubts) > 0 {
		status = 3
	}
	see := func(o outcome) {
		switch {
		case o == worse:
			status = 1
		case o == unsure && status == 0:
			status = 3
		}
	}
	for _, p := range c.pairs {
		if p.floor {
			continue
		}
		see(p.outcome)
		if strict && status == 0 && p.skip == "" && p.hi > math.Log(1+c.threshold) {
			status = 3
		}
	}
	for _, g := range c.groups {
		see(g.outcome)
	}
	return status
}

// verdict is what is said of a cell.
func (p *pair) verdict() string {
	if p.floor && p.outcome != unchanged {
		return "machine"
	}
	return p.outcome.String()
}

// changes are the cells whose whole interval is on one side of 1, worst first.
func (c *comparing) changes() (changed []*pair) {
	for _, p := range c.pairs {
		if p.outcome != unchanged {
			changed = append(changed, p)
		}
	}
	slices.SortStableFunc(changed, func(a, b *pair) int { return cmp.Compare(b.logRatio, a.logRatio) })
	return changed
}

func boundsOf(at, lo, hi float64) string {
	return fmt.Sprintf("%s (%s–%s)", factor(math.Exp(at)), plainFactor(math.Exp(lo)), plainFactor(math.Exp(hi)))
}

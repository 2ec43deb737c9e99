package regress

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
	"gonum.org/v1/gonum/floats"

	"crossover/cmd/report/internal/results"
	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// pair is one cell of both runs.
type pair struct {
	id       string
	unit     string
	better   int  // +1 if more is better
	guessed  bool // and nobody said so
	old, new []float64
	rounds   [2][]int     // of old and new, if they are of studies
	ops      [2][]float64 // of old and new: operations a sample
	floor    bool         // what the hardware or the kernel takes: no regression of anybody's
	skip     string       // why there is no ratio; "" if there is

	logRatio float64 // of cost, new over old, the control's divided out
	within   float64 // standard error by the rounds within each run
	df       float64
	mood     mood
	few      bool    // it has too few kin to know the mood: see usualMood
	lo, hi   float64 // log, simultaneous
	outcome  outcome
	because  string // of what it is called so, if not of its interval
}

func (p *pair) name() string { return p.id + " " + spell.Unit(p.unit) }

func (p *pair) side(i int) []float64 {
	if i == 0 {
		return p.old
	}
	return p.new
}

// verdict is what is said of a cell.
func (p *pair) verdict() string {
	if p.floor && p.outcome != unchanged {
		return "machine"
	}
	return p.outcome.String()
}

// match pairs the cells of both runs.
func (c *Comparison) match(old, new *results.Results) {
	deciding := decidingUnits(old, new)
	apart := results.ConfigApart(old, new)
	type key struct{ id, unit string }
	byKey := map[key]*pair{}
	var order []*pair
	for i, run := range []*results.Results{old, new} {
		rounds, floors := run.Rounds(), run.Floors()
		for _, l := range run.Lines {
			id := l.ID()
			keys := apart[id]
			for _, word := range l.Config {
				if key, _, _ := strings.Cut(word, ": "); keys[key] {
					id += " " + strings.Replace(word, ": ", "=", 1)
				}
			}
			for _, v := range l.Values {
				if deciding != nil && !deciding[v.Unit] {
					continue
				}
				k := key{id, v.Unit}
				p := byKey[k]
				if p == nil {
					p = &pair{id: k.id, unit: v.Unit, floor: floors[l.Line]}
					p.better, p.guessed = c.direction(v.Unit, old.Units, new.Units)
					byKey[k] = p
					order = append(order, p)
				}
				p.rounds[i] = append(p.rounds[i], rounds[l.Line])
				p.ops[i] = append(p.ops[i], float64(l.Ops))
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

// cutShort are the cells of which NEW has half the samples, or fewer, that its others let
// expect: a run that died has no more.
func (c *Comparison) cutShort() (ids []string) {
	var shares []float64 // at most 1: one that was run once more says nothing of the others
	for _, p := range c.pairs {
		shares = append(shares, min(1, float64(len(p.new))/float64(len(p.old))))
	}
	usual := slices.Max(append(shares, 0)) // not the median: a run may have died early
	for i, p := range c.pairs {
		if shares[i] <= usual/2 && !slices.Contains(ids, p.id) {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// leaveOutPaced drops what two studies cannot differ in, or must: an open loop takes the
// time that its rate says, and a rate that is a share of what the study found it could
// carry is another one in each.
func (c *Comparison) leaveOutPaced(old, new *results.Results) {
	studies := old.Study != nil && new.Study != nil
	given, shares := 0, 0
	c.pairs = slices.DeleteFunc(c.pairs, func(p *pair) bool {
		rate := keyOf(p.id, "rate")
		switch {
		case rate == "" || rate == "max" || !studies && !strings.Contains(p.id, " cpus="): // as in a study's raw.txt
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
		c.notes = append(c.notes, fmt.Sprintf("%s not compared: the rate offered is a share of what each study could carry, another one in each", spell.Count(shares, "cell")))
	}
	if given > 0 {
		c.notes = append(c.notes, fmt.Sprintf("%s not compared: time per operation at a given rate is that rate's", spell.Count(given, "cell")))
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

// direction is whether more of a unit is better, and whether that is a guess, which is
// noted. Of a rate it is none: more a second is better.
func (c *Comparison) direction(unit string, said ...benchfmt.UnitMetadataMap) (better int, guessed bool) {
	const nobody = "nothing says"
	words := nobody
	for _, units := range said {
		switch d := study.Direction(units, unit); {
		case better*d < 0:
			better, words = 0, "OLD and NEW do not agree"
		case d != 0:
			better = d
		}
	}
	if better != 0 {
		return better, false
	}
	note := fmt.Sprintf("%s whether more of %s is better: a change beyond the threshold, either way, is \"cannot tell\"; a line \"Unit %[2]s better=lower\" or better=higher in the files says it", words, unit)
	better, guessed = -1, true
	if study.IsRate(unit) && words == nobody {
		note = fmt.Sprintf("%s whether more of %s is better: it is taken for better", words, unit)
		better, guessed = 1, false
	}
	if !slices.Contains(c.notes, note) {
		c.notes = append(c.notes, note)
	}
	return better, guessed
}

// decidingUnits are time per operation and what else decides in a situation; nil, for
// all, if neither run is a study.
func decidingUnits(runs ...*results.Results) map[string]bool {
	var units map[string]bool
	for _, r := range runs {
		if r.Study == nil {
			continue
		}
		if units == nil {
			units = map[string]bool{study.Cost: true}
		}
		for _, p := range r.Study.Catalog.Patterns {
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

// fromTo are the values in the order in which more of them is worse.
func (p *pair) fromTo() (from, to []float64) {
	if p.better > 0 {
		return p.new, p.old
	}
	return p.old, p.new
}

// Why a pair has no ratio.
const (
	nothing   = "0 before and after"
	someZeros = "values of 0 have no ratio"
	oneSample = "one sample has no scatter"
)

func (p *pair) estimate(control float64, together bool) {
	from, to := p.fromTo()
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
		p.skip = someZeros
	case min(len(from), len(to)) < 2:
		p.skip = oneSample
	}
	if p.skip != "" {
		return
	}
	if together {
		d := trim(minus(stat.LogsOf(to), stat.LogsOf(from)))
		p.logRatio, p.within, p.df = d.Mean, math.Sqrt(d.Variance), d.DF
		return
	}
	a, b := trim(stat.LogsOf(from)), trim(stat.LogsOf(to))
	if p.logRatio = b.Mean - a.Mean; p.exact() {
		p.logRatio = math.Log(to[0] / from[0]) // equal ones to the last bit
	}
	p.within, p.df = stat.Cautious(a, b)
	if control > 0 && study.IsTime(p.unit) {
		p.logRatio -= math.Log(control)
	}
}

// grain is the least relative scatter believed of a cell: numbers are printed with
// four digits, and a cell that happens to repeat itself is not free of noise.
const grain = 5e-4

func minus(a, b []float64) []float64 { return floats.SubTo(make([]float64, len(a)), a, b) }

// trim is a trimmed mean of logarithms.
func trim(logs []float64) stat.Trimmed { return stat.Trim(logs, grain) }

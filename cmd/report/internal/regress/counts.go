package regress

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// certain is how many samples without and with show that something is there which was not.
const certain = 4

// leastAllocation is what Go allocates at least, in bytes. If B/op moves by less, it is
// something allocated once that is shared out over the operations, and these are another
// number in each run.
const leastAllocation = 8

// exact reports whether a cell that no clock measures repeats itself within both runs: its
// ratio is what it is.
func (p *pair) exact() bool {
	same := func(values []float64) bool { return len(values) >= certain && reach(values) == 0 }
	return !study.IsClocked(p.unit) && same(p.old) && same(p.new)
}

func reach(values []float64) float64 { return floats.Max(values) - floats.Min(values) }

// byRank judges counts: what they scatter by is no normal noise, and where there is a 0 there
// is no ratio. Worse is what lies apart from all that was, better the other way round. Where
// an interval says worse, ranks have to say so too at the level of the family; and it is
// unsure if what is lies half as far from what was, or there is far more than chance makes
// at a level that is for that. What counts of two runs differ by anyway is allowed for up to
// usualMood: what doubled is no mood, however the other counts jump.
func (c *Comparison) byRank(p *pair, level, farLevel float64) outcome {
	from, to := p.fromTo()
	if p.guessed && mean(to) < mean(from) {
		from, to = to, from
	}
	more, less := c.beyond(from, to), c.beyond(to, from)
	enough := min(len(from), len(to)) >= certain
	mannWhitney := func() float64 { return stat.MannWhitney(from, to).P }
	switch {
	case p.guessed && (more || less):
		return unsure
	case more && enough && apart(from, to, 1):
		p.boundByExtremes(from, to, 1-level)
		switch {
		case p.unit == "B/op" && floats.Min(to)-floats.Max(from) < leastAllocation,
			p.skip == "" && p.lo <= math.Log(1+c.threshold):
			return unsure
		}
		return worse
	case less && enough && apart(to, from, 1):
		p.boundByExtremes(from, to, 1-level)
		return better
	case p.outcome == worse && mannWhitney() <= level:
		return worse
	case p.outcome == worse, more && apart(from, to, 0.5):
		return unsure
	case p.skip == "" || mean(to) <= mean(from):
		return p.outcome
	}
	const far = 3
	if at := mannWhitney(); at <= level || at <= farLevel && mean(to) > far*mean(from) {
		return unsure
	}
	return unchanged
}

// beyond reports whether every cost of to is beyond the threshold of every one of from.
func (c *Comparison) beyond(from, to []float64) bool {
	return floats.Min(to) > (1+c.threshold)*floats.Max(from)
}

// apart reports whether there is more between two groups of values, to above from, than such
// a share of what is within either.
func apart(from, to []float64, share float64) bool {
	return floats.Min(to)-floats.Max(from) > share*max(reach(from), reach(to))
}

// boundByExtremes sets the interval of what lies apart: from the least that the ratio may be
// to the most, and what two runs differ by.
func (p *pair) boundByExtremes(from, to []float64, level float64) {
	if p.skip != "" {
		return
	}
	allowed := math.Log(1 + usualMood)
	if !p.few {
		allowed = min(allowed, p.mood.margin(0, manyDF, level))
	}
	p.lo, p.hi = math.Log(floats.Min(to)/floats.Max(from))-allowed, math.Log(floats.Max(to)/floats.Min(from))+allowed
}

func mean(values []float64) float64 { return floats.Sum(values) / float64(len(values)) }

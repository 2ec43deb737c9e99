package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"crossover/internal/parallel"
)

const (
	crossoverResamples = 2000
	// crossoverUnstable is the share of resamples without a crossing (or with one,
	// if the curves have none) from which a result is called unstable.
	crossoverUnstable = 0.05
)

// Side says where a ratio lies with respect to a threshold.
type Side int

const (
	AtOrBelow Side = iota
	Above
)

// Crossover says where the ratio of two cost curves, A/B, crosses a threshold.
type Crossover struct {
	// Crossings, ascending: none, one or several. A crossing between x = 0 and the
	// first positive x cannot be placed on a log axis: it is given as that x, and
	// BelowFirst is set.
	Crossings  []float64
	BelowFirst bool // the first crossing lies anywhere between 0 and Crossings[0]
	// Before and After are the sides of the ratio at the two ends of the axis. Without
	// a crossing they are equal and hold throughout the measured range.
	Before, After Side
	// Lo and Hi bound, with the confidence asked for, the region in which the ratio
	// changes sides: from the first crossing to the last. Lo is 0 if that may be below
	// the first positive x, Hi +Inf if it may be beyond the last; without a crossing,
	// or with too few rounds for an interval, both are so.
	Lo, Hi float64
	// None is the share of resamples without any crossing.
	None float64
	// Stable is false if other rounds may well give another kind of answer: more than
	// 5 % of resamples have no crossing where the curves have one, or have one where
	// they have none, or there are too few rounds to know.
	Stable bool
}

// A curve is what a choice of rounds makes of the log ratio at each point, less the
// threshold. It may return the same slice each time, so that each goroutine needs one
// of its own.
type curve func(rounds []int) []float64

// crossover finds the crossings of the curve that all rounds make, and bounds them.
func crossover(x []float64, newCurve func() curve, n int, confidence float64, seed uint64) Crossover {
	rounds := make([]int, n)
	for i := range rounds {
		rounds[i] = i
	}
	at := crossings(x, newCurve()(rounds))
	c := Crossover{Before: at.before, After: at.after, Hi: math.Inf(1)}
	for _, cell := range at.cells {
		c.Crossings = append(c.Crossings, cell.hi)
		c.BelowFirst = c.BelowFirst || cell.lo < cell.hi
	}
	c.bootstrap(x, newCurve, n, confidence, rand.New(rand.NewPCG(seed, 0)))
	return c
}

// crossed is what one curve does.
type crossed struct {
	before, after Side
	cells         []cell
}

// cell holds one crossing. It is a point but for the cell that begins at x = 0.
type cell struct{ lo, hi float64 }

// crossings finds where g, given at x, changes sides.
func crossings(x, g []float64) crossed {
	c := crossed{before: side(g[0]), after: side(g[len(g)-1])}
	for i := 1; i < len(x); i++ {
		if side(g[i-1]) == side(g[i]) {
			continue
		}
		if x[i-1] == 0 {
			c.cells = append(c.cells, cell{0, x[i]})
			continue
		}
		t := g[i-1] / (g[i-1] - g[i])
		at := x[i-1] * math.Pow(x[i]/x[i-1], t)
		c.cells = append(c.cells, cell{at, at})
	}
	return c
}

func side(g float64) Side {
	if g > 0 {
		return Above
	}
	return AtOrBelow
}

// bootstrap sets None, Stable and the interval.
func (c *Crossover) bootstrap(x []float64, newCurve func() curve, n int, confidence float64, rng *rand.Rand) {
	first := make([]float64, crossoverResamples) // lower end of the first crossing
	last := make([]float64, crossoverResamples)  // upper end of the last
	none := 0
	for i, at := range resample(x, newCurve, n, rng) {
		if len(at.cells) > 0 {
			first[i], last[i] = at.cells[0].lo, at.cells[len(at.cells)-1].hi
			continue
		}
		none++
		first[i], last[i] = c.beyond(at.before)
	}
	c.None = float64(none) / crossoverResamples
	if n < RoundsFor(1-confidence, 1) {
		return // resampling so few rounds cannot tell how others would scatter
	}
	if len(c.Crossings) == 0 {
		c.Stable = 1-c.None <= crossoverUnstable
		return
	}
	c.Stable = c.None <= crossoverUnstable
	slices.Sort(first)
	slices.Sort(last)
	tail := widenedTail(n, confidence)
	out := int(tail * crossoverResamples)
	c.Lo, c.Hi = first[out], last[len(last)-1-out]
}

// resampled is a choice of rounds, and what the curve does on it.
type resampled struct {
	rounds []int
	crossed
}

// resample is what the curve does on each choice of n rounds out of n, on all CPUs.
func resample(x []float64, newCurve func() curve, n int, rng *rand.Rand) []resampled {
	all := make([]resampled, crossoverResamples)
	for i := range all { // by one generator, so that the seed gives the same anywhere
		for range n {
			all[i].rounds = append(all[i].rounds, rng.IntN(n))
		}
	}
	parallel.Parts(all, func(part []resampled) {
		g := newCurve()
		for i := range part {
			part[i].crossed = crossings(x, g(part[i].rounds))
		}
	})
	return all
}

// beyond places the crossing of a resample that stays on one side throughout: where the
// curves change sides once, past the end at which they take the other side; else,
// nobody knows.
func (c *Crossover) beyond(throughout Side) (first, last float64) {
	switch {
	case c.Before == c.After:
		return 0, math.Inf(1)
	case throughout == c.Before:
		return math.Inf(1), math.Inf(1)
	default:
		return 0, 0
	}
}

// widenedTail is the probability to cut off at each end of a bootstrap distribution
// over n values. A plain (1−confidence)/2 would treat the spread of n values as if it
// were known, and as if it were that of the population.
func widenedTail(n int, confidence float64) float64 {
	t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile((1 - confidence) / 2)
	return distuv.UnitNormal.CDF(t * math.Sqrt(float64(n)/float64(n-1)))
}

func checkAxis(x []float64, threshold, confidence float64) error {
	if len(x) < 2 {
		return fmt.Errorf("%d points on the axis, want at least 2", len(x))
	}
	for i, v := range x {
		if !(v >= 0) || math.IsInf(v, 1) || i > 0 && v <= x[i-1] {
			return fmt.Errorf("axis %v does not ascend from 0 or above", x)
		}
	}
	if !(threshold > 0) || math.IsInf(threshold, 1) {
		return fmt.Errorf("threshold is %v, want a positive ratio", threshold)
	}
	return checkConfidence(confidence)
}

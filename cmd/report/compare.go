package main

import (
	"math"

	"crossover/internal/stat"
)

const alpha = 0.05 // of a whole family

// comparison is the ratio of two entrants' values in one unit.
type comparison struct {
	stat.Ratio
	Adjusted float64 // P after Holm over the family it belongs to
	RankSum  float64 // p of benchstat on the same values
	Power    bool    // a family of this size could have made it significant
	Detects  float64 // see detects
}

// verdict is what the comparison allows to say.
func (c comparison) verdict() stat.Verdict {
	v := c.Verdict(stat.Margin)
	if (v == stat.Faster || v == stat.Slower) && !c.significant() {
		return stat.CannotTell
	}
	return v
}

func (c comparison) significant() bool { return c.Adjusted <= alpha }

// ratio compares new with old, in pairs by round where they share most of their
// rounds. It reports false where there is no ratio: a unit that one of them lacks,
// or zeros.
func ratio(old, new stat.Series) (stat.Ratio, bool) {
	rounds := stat.CommonRounds(old, new)
	a, b := old.In(rounds), new.In(rounds)
	var r stat.Ratio
	var err error
	if 2*len(a) > max(len(old.Values), len(new.Values)) {
		r, err = stat.PairedRatio(a, b, stat.Confidence)
	} else {
		r, err = stat.UnpairedRatio(old.Values, new.Values, stat.Confidence)
	}
	return r, err == nil
}

// compareAll compares each with base, as one family. The zero comparison, with a P
// of NaN, stands where there is no ratio.
func compareAll(base stat.Series, others []stat.Series) []comparison {
	all := make([]comparison, len(others))
	ps := make([]float64, len(others))
	family := 0
	for i, o := range others {
		ps[i] = math.NaN()
		all[i].P, all[i].RankSum = math.NaN(), math.NaN()
		r, ok := ratio(base, o)
		if !ok {
			continue
		}
		family++
		all[i].Ratio = r
		ps[i] = r.P
		all[i].RankSum = stat.MannWhitney(base.Values, o.Values).P
	}
	for i, p := range stat.Holm(ps) {
		all[i].Adjusted = p
		all[i].Power = smallestP(all[i].Ratio)*float64(family) <= alpha
		all[i].Detects = detects(base, others[i], all[i].Ratio, family)
	}
	return all
}

// detects is the smallest slowdown that four in five comparisons of so many rounds, as noisy
// as these, find significant in a family of that size; +Inf if none could, NaN if they are
// not paired. It is reckoned with the level that Holm's first step asks for.
func detects(old, new stat.Series, r stat.Ratio, family int) float64 {
	const power = 0.8
	rounds := stat.CommonRounds(old, new)
	spread, err := stat.Spread(old.In(rounds), new.In(rounds))
	if err != nil || !r.Paired || family == 0 {
		return math.NaN()
	}
	return stat.SmallestEffect(spread, len(rounds), alpha/float64(family), power)
}

// smallestP is the least p-value that so many samples can have.
func smallestP(r stat.Ratio) float64 {
	if r.Paired {
		return stat.SmallestP(r.N1)
	}
	return stat.SmallestPUnpaired(r.N1, r.N2)
}

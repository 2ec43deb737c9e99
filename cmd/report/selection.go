package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"crossover/internal/stat"
)

// The best of a group is chosen on the very samples that are then compared, so an
// interval made for two entrants named beforehand is too sure of itself: next time
// another may come first. Here the choice is made anew in every bootstrap resample of
// whole rounds, and the interval takes in what comes out.

const selectionResamples = 1000

// chosen widens the interval of best(a)/best(b) by what choosing the best adds. The
// estimate and P stay.
func chosen(r stat.Ratio, a, b []contender) stat.Ratio {
	if !r.Bounded() || len(a)+len(b) < 3 {
		return r // nothing was chosen
	}
	var costs []stat.Series
	for _, c := range slices.Concat(a, b) {
		costs = append(costs, c.cost())
	}
	rounds := stat.CommonRounds(costs...)
	n := len(rounds)
	if n < stat.RoundsFor(alpha, 1) {
		return r
	}
	var logs [][]float64
	for _, c := range costs {
		logs = append(logs, stat.LogsOf(c.In(rounds)))
	}
	rng := rand.New(rand.NewPCG(uint64(n), uint64(len(costs))))
	ratios := make([]float64, selectionResamples)
	sums := make([]float64, len(costs))
	for i := range ratios {
		clear(sums)
		for range n {
			drawn := rng.IntN(n)
			for j := range logs {
				sums[j] += logs[j][drawn]
			}
		}
		ratios[i] = (slices.Min(sums[:len(a)]) - slices.Min(sums[len(a):])) / float64(n)
	}
	slices.Sort(ratios)
	// Resampling n values shows their scatter too small by √(n/(n−1)).
	middle := ratios[len(ratios)/2]
	widen := math.Sqrt(float64(n) / float64(n-1))
	out := int((1 - stat.Confidence) / 2 * selectionResamples)
	r.Lo = min(r.Lo, math.Exp(middle+widen*(ratios[out]-middle)))
	r.Hi = max(r.Hi, math.Exp(middle+widen*(ratios[len(ratios)-1-out]-middle)))
	return r
}

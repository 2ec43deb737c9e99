package stat

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/stat/distuv"
)

// MannWhitney compares two unpaired samples exactly as benchstat does
// (benchmath.AssumeNothing), and leaves both as they are. Samples that cannot be
// compared (empty, all values equal) have P 1 and a warning.
//
// Beware of ties between samples of unequal size: moremath then looks up one
// sample's U in the distribution of the other's, and P is wrong to either side, even
// above 1 ([3 3 4] against [3 3 2 2 3 1]: 0.024, by enumeration 0.131). It stands as it
// is because a report must agree with benchstat.
func MannWhitney(old, new []float64) benchmath.Comparison {
	return benchmath.AssumeNothing.Compare(sample(old), sample(new))
}

// sample copies values because NewSample sorts what it is given, and the order of
// run is worth keeping.
func sample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
}

// mannWhitneyTail returns the function k ↦ P(U ≤ k) for n1 and n2 values without
// ties, by the same rule as moremath's test: exact up to its limit, then the normal
// approximation with continuity correction.
func mannWhitneyTail(n1, n2 int) func(k int64) float64 {
	if n1 <= stats.MannWhitneyExactLimit && n2 <= stats.MannWhitneyExactLimit {
		u := stats.UDist{N1: n1, N2: n2}
		return func(k int64) float64 { return u.CDF(float64(k)) }
	}
	pairs := float64(n1) * float64(n2)
	sd := math.Sqrt(pairs * float64(n1+n2+1) / 12)
	return func(k int64) float64 { return distuv.UnitNormal.CDF((float64(k) + 0.5 - pairs/2) / sd) }
}

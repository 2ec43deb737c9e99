package stat

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// signedRankExact is the largest number of differences for which the null
// distribution is computed and not approximated. Up to 52 its probabilities,
// multiples of 2^-n, are exact in a float64; the limit is moremath's for its
// Mann–Whitney test.
const signedRankExact = 50

// SignedRankTest is the result of Wilcoxon's signed-rank test.
type SignedRankTest struct {
	W     float64 // sum of the ranks of the positive differences, ties sharing their mean rank
	N     int     // differences that are not zero: those the test is about
	Zeros int     // differences dropped because they are zero
	P     float64 // two-sided; 1 if every difference is zero
	Exact bool    // P is from the permutation distribution, not from the normal approximation
}

// SignedRank tests whether paired differences are symmetric about zero
// (Wilcoxon 1945). P is exact, ties included, up to 50 differences: the share of
// all 2^N ways to sign the observed ranks that are as lopsided. Above, it is the
// normal approximation with tie and continuity correction. A NaN is an error.
//
// Zeros are dropped, as Wilcoxon did and R and SciPy do by default: a zero has no
// sign to flip, so it says nothing for either side. Given which differences are
// zero, the signs of the others are still fair coins and the level holds. (Pratt
// ranks the zeros before dropping them, which holds the level too, but then pairs
// that do not differ change the weight of those that do.)
func SignedRank(differences []float64) (SignedRankTest, error) {
	var d []float64
	for i, v := range differences {
		if math.IsNaN(v) {
			return SignedRankTest{}, fmt.Errorf("signed-rank test: difference %d is NaN", i+1)
		}
		if v != 0 {
			d = append(d, v)
		}
	}
	slices.SortFunc(d, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })

	ranks := doubledRanks(d)
	total, positive := int64(0), int64(0)
	for i, r := range ranks {
		total += int64(r)
		if d[i] > 0 {
			positive += int64(r)
		}
	}
	t := SignedRankTest{
		W:     float64(positive) / 2,
		N:     len(d),
		Zeros: len(differences) - len(d),
		Exact: len(d) <= signedRankExact,
	}
	tail := min(positive, total-positive)
	if t.Exact {
		for _, p := range subsetSums(ranks)[:tail+1] {
			t.P += 2 * p
		}
	} else {
		t.P = 2 * normalTail(tail, ranks)
	}
	t.P = min(t.P, 1) // the middle of the distribution is in both tails
	return t, nil
}

// doubledRanks returns twice the rank of each |d|, ties sharing their mean rank;
// twice, so that mean ranks are whole numbers. d ascends in |d|.
func doubledRanks(d []float64) []int {
	ranks := make([]int, len(d))
	for i := 0; i < len(d); {
		j := i + 1
		for j < len(d) && math.Abs(d[j]) == math.Abs(d[i]) {
			j++
		}
		for k := i; k < j; k++ {
			ranks[k] = i + 1 + j
		}
		i = j
	}
	return ranks
}

// subsetSums returns the distribution of the sum of a random subset of ranks, each
// taken with probability 1/2: element s is the probability of the sum s.
func subsetSums(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	p := make([]float64, total+1)
	p[0] = 1
	top := 0
	for _, r := range ranks {
		top += r
		for s := top; s >= 0; s-- {
			p[s] /= 2
			if s >= r {
				p[s] += p[s-r] / 2
			}
		}
	}
	return p
}

// normalTail approximates the probability that the sum of a random subset of
// doubled ranks is at most tail. The variance is that of the ranks as they are, so
// ties need no correction of their own.
func normalTail(tail int64, doubled []int) float64 {
	total, squares := 0.0, 0.0
	for _, r := range doubled {
		total += float64(r)
		squares += float64(r) * float64(r)
	}
	const continuity = 1 // half a rank, doubled
	return distuv.UnitNormal.CDF((float64(tail) + continuity - total/2) / (math.Sqrt(squares) / 2))
}

// signedRankTail returns the function k ↦ P(W ≤ k) for n differences without ties.
func signedRankTail(n int) func(k int64) float64 {
	ranks := make([]int, n)
	if n > signedRankExact {
		for i := range ranks {
			ranks[i] = 2 * (i + 1)
		}
		return func(k int64) float64 { return normalTail(2*k, ranks) }
	}
	for i := range ranks {
		ranks[i] = i + 1
	}
	cumulated := subsetSums(ranks)
	for s := 1; s < len(cumulated); s++ {
		cumulated[s] += cumulated[s-1]
	}
	return func(k int64) float64 { return cumulated[k] }
}

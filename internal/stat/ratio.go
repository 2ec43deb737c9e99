package stat

import (
	"fmt"
	"math"
)

// Ratio is new over old, with a confidence interval.
type Ratio struct {
	// Est is the Hodges–Lehmann estimate: paired, the pseudo-median of the ratios
	// (the median of the geometric means of all pairs of them); unpaired, the median
	// of all ratios of a new to an old value.
	Est float64
	// Lo and Hi bound the interval. With too few samples for the confidence asked
	// for they are 0 and +Inf: see Bounded.
	Lo, Hi float64
	// Confidence that was reached: at least what was asked for, 1 if unbounded.
	Confidence float64
	// P is two-sided, of the null hypothesis that the ratio is 1: signed-rank if
	// Paired, else Mann–Whitney as in benchstat.
	P      float64
	N1, N2 int  // samples of old and new; if Paired both are the number of pairs
	Paired bool // by round
}

// Bounded reports whether there were enough samples for an interval.
func (r Ratio) Bounded() bool { return r.Lo > 0 && !math.IsInf(r.Hi, 1) }

// HalfWidth is how far the interval reaches from its middle on the log scale, as a
// factor: 1.03 is give or take 3 %. It is +Inf if the interval is unbounded.
func (r Ratio) HalfWidth() float64 {
	if !r.Bounded() {
		return math.Inf(1)
	}
	return math.Sqrt(r.Hi / r.Lo)
}

// Inverse is the ratio seen from the other side: old/new.
func (r Ratio) Inverse() Ratio {
	r.Est, r.Lo, r.Hi = 1/r.Est, 1/r.Hi, 1/r.Lo
	r.N1, r.N2 = r.N2, r.N1
	return r
}

// PairedRatio estimates new/old where old[i] and new[i] are from the same round.
// confidence is 0.95 for 95 %.
//
// The interval inverts the signed-rank test on log ratios: it holds the ratios that
// the test would not reject at 1 − Confidence (Hollander & Wolfe, Nonparametric
// Statistical Methods, §3.3). It is exact if the log ratios are symmetric about
// their centre, whatever their distribution: they are when both entrants scatter
// alike, however wildly. With ties it covers at least as often (Noether 1967). P
// and interval agree on whether the ratio is 1 unless there are ties or pairs that
// are equal.
//
// It is an error if the lengths differ or are 0, or if a value is not positive and
// finite.
func PairedRatio(old, new []float64, confidence float64) (Ratio, error) {
	if err := checkPaired(old, new); err != nil {
		return Ratio{}, fmt.Errorf("paired ratio: %w", err)
	}
	if err := checkConfidence(confidence); err != nil {
		return Ratio{}, fmt.Errorf("paired ratio: %w", err)
	}
	d := logRatios(old, new)
	test, err := SignedRank(floats(d))
	if err != nil {
		return Ratio{}, fmt.Errorf("paired ratio: %w", err)
	}
	r := Ratio{P: test.P, N1: len(d), N2: len(d), Paired: true}
	r.fill(walshSums(d), tick/2, signedRankTail(len(d)), confidence)
	return r, nil
}

// UnpairedRatio estimates new/old of independent samples. confidence is 0.95 for
// 95 %.
//
// The interval inverts the Mann–Whitney test on logarithms (Hollander & Wolfe,
// §4.3). It is exact if both distributions have one shape on the log scale, shifted.
// P is that of MannWhitney, with its flaw but at most 1.
//
// It is an error if a sample is empty or a value is not positive and finite.
func UnpairedRatio(old, new []float64, confidence float64) (Ratio, error) {
	if err := checkUnpaired(old, new); err != nil {
		return Ratio{}, fmt.Errorf("unpaired ratio: %w", err)
	}
	if err := checkConfidence(confidence); err != nil {
		return Ratio{}, fmt.Errorf("unpaired ratio: %w", err)
	}
	r := Ratio{P: min(1, MannWhitney(old, new).P), N1: len(old), N2: len(new)}
	r.fill(differences(logs(old), logs(new)), tick, mannWhitneyTail(len(old), len(new)), confidence)
	return r, nil
}

func checkPaired(old, new []float64) error {
	if len(old) != len(new) {
		return fmt.Errorf("%d old and %d new values, want pairs", len(old), len(new))
	}
	return checkUnpaired(old, new)
}

func checkUnpaired(old, new []float64) error {
	if len(old) == 0 || len(new) == 0 {
		return fmt.Errorf("%d old and %d new values, want some of each", len(old), len(new))
	}
	if err := checkPositive("old", old); err != nil {
		return err
	}
	return checkPositive("new", new)
}

func checkConfidence(confidence float64) error {
	if !(confidence > 0 && confidence < 1) {
		return fmt.Errorf("confidence is %v, want one between 0 and 1", confidence)
	}
	return nil
}

// fill sets the estimate and its interval from the sums that make up the test
// statistic: the null ratio is rejected if at most k of them lie on one side, so
// the k-th from either end are the first outside. scale turns a sum into a log.
func (r *Ratio) fill(sums pairSums, scale float64, tail func(k int64) float64, confidence float64) {
	r.Est = math.Exp(sums.median() * scale)
	k := critical(tail, sums.n, (1-confidence)/2)
	if k < 0 {
		r.Lo, r.Hi, r.Confidence = 0, math.Inf(1), 1
		return
	}
	r.Lo = math.Exp(float64(sums.at(k+1)) * scale)
	r.Hi = math.Exp(float64(sums.at(sums.n-k)) * scale)
	r.Confidence = 1 - 2*tail(k)
}

// critical returns the largest k below the middle of 0..n with tail(k) ≤ p, or −1.
func critical(tail func(k int64) float64, n int64, p float64) int64 {
	k, above := int64(-1), (n+1)/2
	for above-k > 1 {
		if mid := k + (above-k)/2; tail(mid) <= p {
			k = mid
		} else {
			above = mid
		}
	}
	return k
}

func floats(ticks []int64) []float64 {
	f := make([]float64, len(ticks))
	for i, t := range ticks {
		f[i] = float64(t)
	}
	return f
}

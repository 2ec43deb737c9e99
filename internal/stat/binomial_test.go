package stat

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestProportionInterval holds the bounds against their definition: at the lower one
// K or more are as rare as the tail, at the upper one K or fewer.
func TestProportionInterval(t *testing.T) {
	const tail = 0.025
	for _, n := range []int{1, 2, 10, 45, 300} {
		for k := 0; k <= n; k += max(1, n/9) {
			lo, hi := Proportion{k, n}.Interval(1 - 2*tail)
			if k == 0 && lo != 0 || k == n && hi != 1 {
				t.Errorf("%d of %d: %v to %v", k, n, lo, hi)
			}
			if k > 0 {
				if got := 1 - (distuv.Binomial{N: float64(n), P: lo}).CDF(float64(k-1)); !scalar.EqualWithinAbs(got, tail, 1e-6) {
					t.Errorf("%d of %d: at %v as many are in %v", k, n, lo, got)
				}
			}
			if k < n {
				if got := (distuv.Binomial{N: float64(n), P: hi}).CDF(float64(k)); !scalar.EqualWithinAbs(got, tail, 1e-6) {
					t.Errorf("%d of %d: at %v as few are in %v", k, n, hi, got)
				}
			}
		}
	}
}

// Published: Agresti & Coull (1998) give 0 to 0.3085 for none of ten; R's
// binom.test(5, 100) 0.0164 to 0.1128.
func TestProportionPublished(t *testing.T) {
	for _, of := range []struct {
		p      Proportion
		lo, hi float64
	}{
		{Proportion{0, 10}, 0, 0.3085},
		{Proportion{5, 100}, 0.0164, 0.1128},
		{Proportion{0, 0}, 0, 1},
	} {
		lo, hi := of.p.Interval(0.95)
		if !scalar.EqualWithinAbs(lo, of.lo, 1e-4) || !scalar.EqualWithinAbs(hi, of.hi, 1e-4) {
			t.Errorf("%+v: %v to %v, published %v to %v", of.p, lo, hi, of.lo, of.hi)
		}
	}
}

// TestProportionCovers draws shares and counts how often the interval holds the truth.
func TestProportionCovers(t *testing.T) {
	rng := newRand(1)
	for _, truth := range []float64{0.01, 0.05, 0.5, 0.95} {
		var covered Proportion
		for range 4000 {
			var p Proportion
			for range 60 {
				p.Add(rng.Float64() < truth)
			}
			lo, hi := p.Interval(0.95)
			covered.Add(lo <= truth && truth <= hi)
		}
		if covered.Share() < 0.94 {
			t.Errorf("at %v it covers %v", truth, covered.Share())
		}
	}
}

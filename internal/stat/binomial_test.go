package stat

import (
	"math"
	"testing"

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
				if got := 1 - (distuv.Binomial{N: float64(n), P: lo}).CDF(float64(k-1)); math.Abs(got-tail) > 1e-6 {
					t.Errorf("%d of %d: at %v as many are in %v", k, n, lo, got)
				}
			}
			if k < n {
				if got := (distuv.Binomial{N: float64(n), P: hi}).CDF(float64(k)); math.Abs(got-tail) > 1e-6 {
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
		if math.Abs(lo-of.lo) > 1e-4 || math.Abs(hi-of.hi) > 1e-4 {
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

// TestPower holds subsampling against fresh studies of the same distribution.
func TestPower(t *testing.T) {
	const rounds, alpha, effect, scatter = 12, 0.05, 1.03, 0.03
	rng := newRand(2)
	fresh := Proportion{}
	for range 2000 {
		old, new := pairs(rng, rounds, effect, scatter, noise[0].draw)
		r := paired(t, old, new, 0.95)
		fresh.Add(r.P <= alpha && r.Est > 1)
	}
	old, new := pairs(rng, 3000, effect, scatter, noise[0].draw)
	sub, err := Power(old, new, rounds, alpha, 2000, rng)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(sub.Share()-fresh.Share()) > 0.06 {
		t.Errorf("subsampling says %v, fresh studies %v", sub.Share(), fresh.Share())
	}
	// SmallestEffect is the same question the other way round.
	spread, err := Spread(old, new)
	if err != nil {
		t.Fatal(err)
	}
	if at := SmallestEffect(spread, rounds, alpha, sub.Share()); math.Abs(at-effect) > 0.005 {
		t.Errorf("with that power the smallest effect is %v, want %v", at, effect)
	}
	for _, n := range []int{0, len(old) + 1} {
		if _, err := Power(old, new, n, alpha, 1, rng); err == nil {
			t.Errorf("no error for %d rounds", n)
		}
	}
	if _, err := Power(old, new[1:], 5, alpha, 1, rng); err == nil {
		t.Error("no error for unequal lengths")
	}
}

func TestHalfWidth(t *testing.T) {
	if got := (Ratio{Lo: 1 / 1.02, Hi: 1.02}).HalfWidth(); math.Abs(got-1.02) > 1e-12 {
		t.Errorf("half-width %v", got)
	}
	if got := (Ratio{Lo: 0, Hi: math.Inf(1)}).HalfWidth(); !math.IsInf(got, 1) {
		t.Errorf("unbounded: %v", got)
	}
}

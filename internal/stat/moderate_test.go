package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestInverseTrigamma(t *testing.T) {
	if got, want := trigamma(1), math.Pi*math.Pi/6; !scalar.EqualWithinAbs(got, want, 1e-12) {
		t.Errorf("trigamma(1) = %v, want π²/6", got)
	}
	for _, x := range []float64{0.05, 0.5, 1, 2.5, 30, 1e4} {
		if got := inverseTrigamma(trigamma(x)); !scalar.EqualWithinRel(got, x, 1e-6) {
			t.Errorf("inverse of trigamma(%v) = %v", x, got)
		}
	}
}

// chiSquared draws from χ² with so many degrees of freedom.
func chiSquared(rng *rand.Rand, df float64) float64 {
	return distuv.ChiSquared{K: df, Src: rng}.Rand()
}

// TestFitPrior finds the prior that variances were drawn from.
func TestFitPrior(t *testing.T) {
	rng := newRand(1)
	const n, df = 4000, 5
	for _, want := range []Prior{{0.01, 2}, {3, 10}, {1, 40}} {
		v, d := make([]float64, n), make([]float64, n)
		for i := range v {
			sigma2 := want.DF * want.Variance / chiSquared(rng, want.DF)
			v[i], d[i] = sigma2*chiSquared(rng, df)/df, df
		}
		got, err := FitPrior(v, d)
		if err != nil {
			t.Fatal(err)
		}
		if !scalar.EqualWithinRel(got.Variance, want.Variance, 0.1) || !scalar.EqualWithinRel(got.DF, want.DF, 0.3) {
			t.Errorf("%+v, drawn from %+v", got, want)
		}
	}
	same := []float64{1, 1, 1, 1}
	if got, err := FitPrior(same, []float64{5, 5, 5, 5}); err != nil || !math.IsInf(got.DF, 1) {
		t.Errorf("variances that are all the same: %+v, %v", got, err)
	}
	for _, bad := range [][2][]float64{{{1}, {1}}, {{1, 2}, {1}}, {{1, 0}, {1, 1}}, {{1, 1}, {1, math.NaN()}}} {
		if got, err := FitPrior(bad[0], bad[1]); err == nil {
			t.Errorf("%v is no error: %+v", bad, got)
		}
	}
}

// TestModerate: means of six values, divided by moderated standard errors, are outside of
// Student's t as often as they should be, far out in the tails too, and no more often where
// variances differ as they do in a study, lognormally and by orders of magnitude. They find
// more than means divided by their own.
func TestModerate(t *testing.T) {
	const cells, each, alpha = 40_000, 6, 1e-3
	for _, of := range []struct {
		name  string
		sigma func(*rand.Rand) float64
		lo    float64 // share of alpha at least outside
	}{
		{"as the model has it", func(rng *rand.Rand) float64 { return math.Sqrt(4 / chiSquared(rng, 4)) }, 1},
		{"lognormal", func(rng *rand.Rand) float64 { return math.Exp(rng.NormFloat64()) }, 0.3},
	} {
		rng := newRand(3)
		v, d, mean := make([]float64, cells), make([]float64, cells), make([]float64, cells)
		for i := range v {
			sigma, sum, squares := of.sigma(rng), 0.0, 0.0
			for range each {
				x := sigma * rng.NormFloat64()
				sum, squares = sum+x, squares+x*x
			}
			mean[i], d[i] = sum/each, each-1
			v[i] = (squares - sum*sum/each) / (each - 1) / each
		}
		prior, err := FitPrior(v, d)
		if err != nil {
			t.Fatal(err)
		}
		outside, narrower := 0, 0
		for i := range v {
			variance, df := prior.Moderate(v[i], d[i])
			reach := math.Sqrt(variance) * distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(1-alpha/2)
			if !scalar.EqualWithinAbs(mean[i], 0, reach) {
				outside++
			}
			if reach < math.Sqrt(v[i])*(distuv.StudentsT{Sigma: 1, Nu: d[i]}).Quantile(1-alpha/2) {
				narrower++
			}
		}
		checkShareIn(t, of.name, outside, cells, alpha*of.lo, alpha*1.2)
		if narrower < cells*6/10 {
			t.Errorf("%s: %d of %d intervals are narrower than by their own variance", of.name, narrower, cells)
		}
	}
}

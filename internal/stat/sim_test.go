package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// noise are the ways in which the log of a cost scatters here. All but the first have
// heavier tails than a normal distribution.
var noise = []struct {
	name string
	draw func(*rand.Rand) float64
}{
	{"lognormal", (*rand.Rand).NormFloat64},
	{"exponential", (*rand.Rand).ExpFloat64}, // one-sided: nothing is faster than undisturbed
	{"cauchy", func(rng *rand.Rand) float64 { return rng.NormFloat64() / rng.NormFloat64() }},
	{"spikes", func(rng *rand.Rand) float64 {
		if rng.IntN(10) == 0 {
			return 20 * rng.ExpFloat64()
		}
		return rng.NormFloat64()
	}},
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// costs draws n costs around centre. scatter is on the log scale.
func costs(rng *rand.Rand, n int, centre, scatter float64, draw func(*rand.Rand) float64) []float64 {
	c := make([]float64, n)
	for i := range c {
		// Bounded, as a Cauchy draw may leave the range of float64.
		c[i] = centre * math.Exp(min(max(scatter*draw(rng), -300), 300))
	}
	return c
}

// checkShare fails unless hits of n are within three and a half standard errors of
// what is expected.
func checkShare(t *testing.T, what string, hits, n int, want float64) {
	t.Helper()
	checkShareIn(t, what, hits, n, want, want)
}

// checkShareIn is checkShare for a range of expectations.
func checkShareIn(t *testing.T, what string, hits, n int, lo, hi float64) {
	t.Helper()
	got := float64(hits) / float64(n)
	se := func(p float64) float64 { return math.Sqrt(p * (1 - p) / float64(n)) }
	if got < lo-3.5*se(lo) || got > hi+3.5*se(hi) {
		t.Errorf("%s: %.4f of %d, want %.4f to %.4f give or take %.4f", what, got, n, lo, hi, 3.5*se(lo))
	}
}

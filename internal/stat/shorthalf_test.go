package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestShortHalfOfNormal: it is the standard deviation, of few values and of many.
func TestShortHalfOfNormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{8, 9, 12, 13, 20, 33, 50, 300} {
		const tries = 2000
		sum := 0.0
		for range tries {
			values := make([]float64, n)
			for i := range values {
				values[i] = 5 + 3*rng.NormFloat64()
			}
			sum += ShortHalf(values) / tries
		}
		if !scalar.EqualWithinAbs(sum, 3, 0.25) {
			t.Errorf("%d values of a standard deviation of 3: %.3f", n, sum)
		}
	}
}

// TestShortHalfOfTwo: half of the values may be anywhere.
func TestShortHalfOfTwo(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{8, 12, 60} {
		values := make([]float64, n)
		for i := range values {
			if values[i] = rng.NormFloat64(); i%2 == 0 {
				values[i] += 1000
			}
		}
		if got := ShortHalf(values); got > 10 {
			t.Errorf("%d values of a standard deviation of 1, half of them 1000 away: %.3f", n, got)
		}
	}
	if v := ShortHalf([]float64{1}); !math.IsNaN(v) {
		t.Errorf("of one value: %v", v)
	}
}

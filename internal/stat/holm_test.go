package stat

import (
	"math"
	"math/bits"
	"slices"
	"testing"
)

func TestHolm(t *testing.T) {
	nan := math.NaN()
	for _, of := range []struct{ p, want []float64 }{
		{nil, []float64{}},
		{[]float64{0.04}, []float64{0.04}},
		{[]float64{0.03, 0.01, 0.04, 0.02}, []float64{0.06, 0.04, 0.06, 0.06}},
		{[]float64{0.01, 0.01, 0.9}, []float64{0.03, 0.03, 0.9}},
		{[]float64{0.5, 0.6}, []float64{1, 1}},
		{[]float64{nan, 0.01, nan, 0.02}, []float64{nan, 0.02, nan, 0.02}},
		{[]float64{nan}, []float64{nan}},
	} {
		got := Holm(of.p)
		if !slices.EqualFunc(got, of.want, func(a, b float64) bool {
			return math.Abs(a-b) < 1e-15 || math.IsNaN(a) && math.IsNaN(b)
		}) {
			t.Errorf("Holm(%v) = %v, want %v", of.p, got, of.want)
		}
	}
}

// TestHolmIsClosedTesting compares with the closure of Bonferroni's test, from which
// Holm's procedure is a short cut: a hypothesis falls when every set of hypotheses
// that holds it falls.
func TestHolmIsClosedTesting(t *testing.T) {
	rng := newRand(14)
	for range 200 {
		p := make([]float64, 1+rng.IntN(7))
		for i := range p {
			p[i] = math.Round(20*rng.Float64()*rng.Float64()) / 20
		}
		want := make([]float64, len(p))
		for set := range uint(1) << len(p) {
			least := 1.0
			for i := range p {
				if set>>i&1 == 1 {
					least = min(least, p[i]*float64(bits.OnesCount(set)))
				}
			}
			for i := range p {
				if set>>i&1 == 1 {
					want[i] = max(want[i], least)
				}
			}
		}
		if got := Holm(p); !slices.Equal(got, want) {
			t.Errorf("Holm(%v) = %v, closed testing %v", p, got, want)
		}
	}
}

// TestHolmFamily counts families with any false alarm: nine identical variants against
// one baseline, all in the same ten rounds.
func TestHolmFamily(t *testing.T) {
	const tries, variants = 3000, 9
	rng := newRand(15)
	alarms := 0
	for range tries {
		baseline := costs(rng, 10, 1, 0.05, noise[0].draw)
		var p []float64
		for range variants {
			p = append(p, paired(t, baseline, costs(rng, 10, 1, 0.05, noise[0].draw), 0.95).P)
		}
		if slices.Min(Holm(p)) <= 0.05 {
			alarms++
		}
	}
	checkShareIn(t, "families with a false alarm", alarms, tries, 0.005, 0.05)
}

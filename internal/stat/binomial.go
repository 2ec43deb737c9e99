package stat

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Proportion is how often something happened.
type Proportion struct{ K, N int }

// Share is K of N; 0 of none.
func (p Proportion) Share() float64 {
	if p.N == 0 {
		return 0
	}
	return float64(p.K) / float64(p.N)
}

// Interval is that of Clopper and Pearson (1934): it covers the true share at least
// as often as it says, whatever that is. confidence is 0.95 for 95 %. Of nothing
// it is 0 to 1.
func (p Proportion) Interval(confidence float64) (lo, hi float64) {
	k, n := float64(p.K), float64(p.N)
	tail := (1 - confidence) / 2
	hi = 1
	if p.K > 0 {
		lo = distuv.Beta{Alpha: k, Beta: n - k + 1}.Quantile(tail)
	}
	if p.K < p.N {
		hi = distuv.Beta{Alpha: k + 1, Beta: n - k}.Quantile(1 - tail)
	}
	return lo, hi
}

// Add counts one more.
func (p *Proportion) Add(happened bool) {
	p.N++
	if happened {
		p.K++
	}
}

// Power estimates how often a paired comparison of so many rounds at significance
// level alpha would say that new costs more than old, from a longer run: each draw
// takes so many of its rounds without putting them back. Draws share rounds, so the
// estimate of half a run is about as sure as two studies are.
func Power(old, new []float64, rounds int, alpha float64, draws int, rng *rand.Rand) (Proportion, error) {
	if err := checkPaired(old, new); err != nil {
		return Proportion{}, fmt.Errorf("power: %w", err)
	}
	if rounds < 1 || rounds > len(old) {
		return Proportion{}, fmt.Errorf("power: %d rounds of a run of %d", rounds, len(old))
	}
	var found Proportion
	x, y := make([]float64, rounds), make([]float64, rounds)
	for range draws {
		for i, at := range rng.Perm(len(old))[:rounds] {
			x[i], y[i] = old[at], new[at]
		}
		r, err := PairedRatio(x, y, 1-alpha)
		if err != nil {
			return Proportion{}, fmt.Errorf("power: %w", err)
		}
		found.Add(r.P <= alpha && r.Est > 1)
	}
	return found, nil
}

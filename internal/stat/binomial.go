package stat

import "gonum.org/v1/gonum/stat/distuv"

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

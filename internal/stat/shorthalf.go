package stat

import (
	"math"
	"slices"
)

// ShortHalf is the scale of the half of the values that lies closest together, such that
// of normal values it is their standard deviation (Rousseeuw and Leroy 1988, Statistica
// Neerlandica 42:103). Whatever the other half is, it does not come in: the MAD, which has
// the same efficiency, takes two clusters of equal size for one as wide as their distance.
// Of fewer than three values, half of which is one, it is NaN.
func ShortHalf(values []float64) float64 {
	n := len(values)
	if n < 3 {
		return math.NaN()
	}
	v := slices.Sorted(slices.Values(values))
	half := (n + 1) / 2
	short := math.Inf(1)
	for i := range n - half + 1 {
		short = min(short, v[i+half-1]-v[i])
	}
	few := 9.0 // values make it too small; by simulation, n from 8 to 50
	if n%2 == 1 {
		few = 6
	}
	const normal = 1.4826 / 2 // the middle half of a normal distribution is 2/1.4826 wide
	return normal * short * (1 + few/float64(n))
}

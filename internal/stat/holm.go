package stat

import (
	"cmp"
	"math"
	"slices"
)

// Holm adjusts the p-values of a family for multiplicity (Holm 1979, step-down):
// rejecting where the adjusted value is ≤ α keeps the chance of any false alarm in
// the family ≤ α, however the tests depend on one another. The result is in the
// order of p. NaN stands for a test that was not made: it stays NaN and does not
// count towards the family.
func Holm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	var made []int // indexes of the tests made, smallest p first
	for i, v := range p {
		adjusted[i] = math.NaN()
		if !math.IsNaN(v) {
			made = append(made, i)
		}
	}
	slices.SortStableFunc(made, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	least := 0.0 // a larger p never ends up with a smaller adjusted one
	for step, i := range made {
		least = max(least, min(1, p[i]*float64(len(made)-step)))
		adjusted[i] = least
	}
	return adjusted
}

package stat

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
)

// Prior is what many variances say of one more before it is measured: 1/σ² is distributed
// as χ²/(DF·Variance).
type Prior struct {
	Variance float64
	DF       float64 // how many degrees of freedom it is worth; +Inf if all σ² are the same
}

// FitPrior estimates the prior of variances that have so many degrees of freedom each
// (Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3:3, §6.2; limma
// calls it fitFDist). The less the variances differ beyond what their degrees of freedom
// let expect, the more the prior is worth.
//
// It is an error if there are fewer than two, if the lengths differ, or if a value is not
// positive and finite.
func FitPrior(variances, df []float64) (Prior, error) {
	if len(variances) != len(df) || len(df) < 2 {
		return Prior{}, fmt.Errorf("prior of variances: %d variances and %d degrees of freedom, want as many of each and at least two", len(variances), len(df))
	}
	if err := cmp.Or(checkPositive("variances:", variances), checkPositive("degrees of freedom:", df)); err != nil {
		return Prior{}, fmt.Errorf("prior of variances: %w", err)
	}
	logs := make([]float64, len(df)) // of σ², each with no bias
	expected := 0.0                  // how much they would scatter if all σ² were the same
	for i, d := range df {
		logs[i] = math.Log(variances[i]) - mathext.Digamma(d/2) + math.Log(d/2)
		expected += trigamma(d/2) / float64(len(df))
	}
	middle, scatter := stat.MeanVariance(logs, nil)
	beyond := scatter - expected
	if beyond <= 0 {
		return Prior{math.Exp(middle), math.Inf(1)}, nil
	}
	half := inverseTrigamma(beyond)
	return Prior{math.Exp(middle + mathext.Digamma(half) - math.Log(half)), 2 * half}, nil
}

// Moderate is a variance in the light of the prior, and its degrees of freedom: a
// statistic divided by its root has Student's t with as many.
func (p Prior) Moderate(variance, df float64) (float64, float64) {
	if math.IsInf(p.DF, 1) {
		return p.Variance, p.DF
	}
	return (p.DF*p.Variance + df*variance) / (p.DF + df), p.DF + df
}

// trigamma is the second derivative of log Γ.
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// inverseTrigamma solves trigamma(x) = y for y > 0. Newton's method on 1/trigamma, which
// is nearly straight, from 0.5 + 1/y, which is too far to the right (Smyth 2004, appendix).
func inverseTrigamma(y float64) float64 {
	x := 0.5 + 1/y
	for range 50 {
		slope := -2 * mathext.Zeta(3, x) // of trigamma
		at := trigamma(x)
		step := at * (1 - at/y) / slope
		x += step
		if -step/x < 1e-10 {
			break
		}
	}
	return x
}

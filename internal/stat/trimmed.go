package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Trimmed is a mean without its extremes, and what it is worth.
type Trimmed struct {
	Mean     float64
	Variance float64 // of the mean
	DF       float64 // degrees of freedom of the variance
}

// Trim drops a tenth of the values at either end, none of fewer than five: one sample in
// twenty of a virtual machine is far off. The variance is that of the winsorised values
// (Yuen 1974, Biometrika 61:165), whose standard deviation is taken to be at least grain.
// Of fewer than two values it is NaN.
func Trim(values []float64, grain float64) Trimmed {
	v := slices.Sorted(slices.Values(values))
	g := (len(v) + 5) / 10
	if len(v) < 5 {
		g = 0
	}
	kept := v[g : len(v)-g]
	mean := stat.Mean(kept, nil)
	for i := range g {
		v[i], v[len(v)-1-i] = kept[0], kept[len(kept)-1]
	}
	h, n := float64(len(kept)), float64(len(v))
	squares := max(stat.Variance(v, nil), grain*grain) * (n - 1)
	return Trimmed{mean, squares / (h * (h - 1)), h - 1}
}

// Welch is the standard error of a difference of means and its degrees of freedom, where
// each is as noisy as its own values are (Welch 1947, Biometrika 34:28).
func Welch(a, b Trimmed) (se, df float64) {
	sum := a.Variance + b.Variance
	return math.Sqrt(sum), sum * sum / (a.Variance*a.Variance/a.DF + b.Variance*b.Variance/b.DF)
}

// Cautious is the larger of two standard errors of a difference of means, with Welch's
// degrees of freedom: Welch's, and that of two runs of one thing, as noisy as both are
// together (Yuen and Dixon 1973, Biometrika 60:369). What is now fast and now ten times
// slower may be fast in all but one of eight rounds, and then nothing but the other run
// shows what it is like.
func Cautious(a, b Trimmed) (se, df float64) {
	se, df = Welch(a, b)
	na, nb := a.DF+1, b.DF+1
	squares := a.Variance*na*a.DF + b.Variance*nb*b.DF
	return max(se, math.Sqrt(squares/(a.DF+b.DF)*(1/na+1/nb))), df
}

package main

import (
	"math"

	"crossover/internal/stat"
)

// moderate lets each cell's noise be judged in the light of all: of six rounds of one
// nobody can know it, and intervals that are to hold all together were too wide to see a
// cost double.
func moderate(pairs []*pair) {
	if len(pairs) < few {
		return
	}
	variances, df := make([]float64, len(pairs)), make([]float64, len(pairs))
	for i, p := range pairs {
		variances[i], df[i] = p.within*p.within, p.df
	}
	prior, err := stat.FitPrior(variances, df)
	if err != nil {
		return // of something that is no number; then each by its own
	}
	for i, p := range pairs {
		variance, df := prior.Moderate(variances[i], df[i])
		p.within, p.df = math.Sqrt(variance), min(df, manyDF)
	}
}

// manyDF are as good as infinitely many degrees of freedom, which Student's t is not
// computed for.
const manyDF = 1e6

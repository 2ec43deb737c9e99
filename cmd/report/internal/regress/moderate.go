package regress

import (
	"math"

	"crossover/internal/stat"
)

// moderate lets each cell's noise be judged in the light of its kin's: of six rounds of one
// nobody can know it, and intervals that are to hold all together were too wide to see a
// cost double.
func moderate(kins []kin) {
	priors := make([]stat.Prior, len(kins)) // all of them before anybody's noise is another
	for i, k := range kins {
		priors[i] = k.prior()
	}
	for i, k := range kins {
		for _, p := range k.pairs {
			variance, df := priors[i].Moderate(p.within*p.within, p.df)
			p.within, p.df = math.Sqrt(variance), min(df, manyDF)
		}
	}
}

// prior is what is known of a cell's noise before it is seen; nothing where too few are
// akin to it, or the noise of one is no number.
func (k kin) prior() stat.Prior {
	if !k.known() {
		return stat.Prior{}
	}
	variances, df := make([]float64, len(k.light)), make([]float64, len(k.light))
	for i, p := range k.light {
		variances[i], df[i] = p.within*p.within, p.df
	}
	prior, err := stat.FitPrior(variances, df)
	if err != nil {
		return stat.Prior{}
	}
	return prior
}

// manyDF are as good as infinitely many degrees of freedom, which Student's t is not
// computed for.
const manyDF = 1e6

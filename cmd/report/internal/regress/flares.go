package regress

import (
	"fmt"

	"gonum.org/v1/gonum/floats"

	"crossover/cmd/report/internal/spell"
	"crossover/internal/stat"
	"crossover/internal/study"
)

// flares calls a cell unsure of which a good part of NEW's samples cost twice what any of OLD
// did: contention that comes and goes makes a cell scatter so much that its interval holds
// everything. Or all of NEW's cost more than a mood beyond the worst of OLD. Or a time per
// operation became 0, and the benchmark does nothing any more.
func (c *Comparison) flares(p *pair) {
	if p.outcome == worse || p.outcome == unsure || p.guessed || p.floor || !(floats.Min(p.old) > 0) {
		return
	}
	beyond := func(factor float64) (n int) {
		for _, v := range p.new {
			if p.better > 0 && v*factor < floats.Min(p.old) || p.better < 0 && v > factor*floats.Max(p.old) {
				n++
			}
		}
		return n
	}
	n, moody := len(p.new), (1+c.threshold)*(1+usualMood)
	far := max(blind, moody)
	switch dear := beyond(far); {
	case allInOne(dear, n, len(p.old)) <= flaring:
		p.because = fmt.Sprintf("%d of %d samples cost more than %s the worst of OLD", dear, n, spell.Factor(far))
	case beyond(moody) == n && min(n, len(p.old)) >= certain:
		p.because = "the best sample costs far more than the worst of OLD"
	case p.unit == study.Cost && floats.Min(p.new) == 0:
		p.because = "an operation that takes no time does nothing"
	default:
		return
	}
	p.outcome = unsure
}

// flaring is how improbable it has to be that the dearest samples are all of one run. Some
// cells have two speeds, twice apart, on any machine, and change when they like: five dear
// samples of ten against none are needed, and four were not enough.
const flaring = 0.02

// allInOne is the chance that of n and m samples the k largest are all among the n (Fisher's
// exact test, one side).
func allInOne(k, n, m int) float64 {
	p := 1.0
	for i := range k {
		p *= float64(n-i) / float64(n+m-i)
	}
	return p
}

// straggles reports whether a sample of NEW costs no more than OLD did, where so few leave out
// the odd one as noise: of a cell that has two speeds four of five samples may well be of the
// one in OLD and of the other in NEW.
func (c *Comparison) straggles(p *pair) bool {
	const trusted = 7 // samples
	from, to := p.fromTo()
	return min(len(from), len(to)) < trusted && floats.Min(to) <= (1+c.threshold)*stat.Series{Values: from}.Median()
}

package tally

import (
	"errors"

	"golang.org/x/perf/benchmath"
)

// estimates are what a cell shows.
type estimates struct {
	summary    benchmath.Summary // the sample's warnings before its own
	base       *sheetCell        // the first column's in this row, if this is another
	comparison *cellComparison   // with base; cells may share it
}

// cellComparison is one that is spelled once.
type cellComparison struct {
	benchmath.Comparison
	text string
}

func newCellComparison(a benchmath.Assumption, s1, s2 *benchmath.Sample) *cellComparison {
	c := a.Compare(s1, s2)
	return &cellComparison{c, c.String()}
}

func (c *cellComparison) String() string { return c.text }

// estimator summarises and compares cells.
type estimator struct {
	level      float64
	thresholds *benchmath.Thresholds
	medians    medians
	ranks      rankTests
}

// estimate sets the estimates of the cells of rows. Their numbers go: the memory is needed.
func (e *estimator) estimate(g *Sheet, rows []*sheetRow, a benchmath.Assumption) {
	samples := make([]benchmath.Sample, len(g.cols)) // used again row by row
	for _, r := range rows {
		e.row(g, r, samples, a)
	}
}

func (e *estimator) row(g *Sheet, r *sheetRow, samples []benchmath.Sample, a benchmath.Assumption) {
	for i, c := range r.cells {
		if c == nil {
			continue
		}
		samples[i] = *benchmath.NewSample(c.appendTo(samples[i].Values[:0]), e.thresholds)
		c.numbers = numbers{}
		c.estimates = &estimates{summary: e.summary(&samples[i], a)}
		if name := g.varying(c); name != "" {
			c.summary.Warnings = append([]error{errors.New("benchmarks vary in " + name)}, c.summary.Warnings...)
		}
	}
	base := g.colOf[g.cols[0]]
	if base >= len(r.cells) || r.cells[base] == nil {
		return
	}
	for i, c := range r.cells {
		if c != nil && i != base {
			c.base, c.comparison = r.cells[base], e.compare(&samples[base], &samples[i], a)
		}
	}
}

func (e *estimator) summary(s *benchmath.Sample, a benchmath.Assumption) benchmath.Summary {
	if a == benchmath.AssumeNothing {
		return e.medians.summary(s, e.level)
	}
	return a.Summary(s, e.level)
}

func (e *estimator) compare(s1, s2 *benchmath.Sample, a benchmath.Assumption) *cellComparison {
	if a == benchmath.AssumeNothing {
		return e.ranks.compare(s1, s2)
	}
	return newCellComparison(a, s1, s2)
}

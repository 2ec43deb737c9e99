package tally

import (
	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"

	"crossover/cmd/report/internal/memo"
)

// medians remembers which values bound the interval of a median. That, and whether there
// are enough, depends on nothing but their number. All are asked at the same level.
type medians struct{ known memo.Memo[int, medianBounds] } // by number of values

type medianBounds struct {
	stats.QuantileCIResult
	warnings []error // shared by all samples of this size
}

func (m *medians) summary(s *benchmath.Sample, level float64) benchmath.Summary {
	n := len(s.Values)
	bounds := m.known.Of(n, func() medianBounds {
		return medianBounds{stats.QuantileCI(n, 0.5, level), benchmath.AssumeNothing.Summary(s, level).Warnings}
	})
	center, lo, hi := bounds.SampleCI(stats.Sample{Xs: s.Values, Sorted: true})
	return benchmath.Summary{Center: center, Lo: lo, Hi: hi, Confidence: bounds.Confidence, Warnings: bounds.warnings}
}

package main

import (
	"sync"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"
)

// medians remembers which values bound the interval of a median. That, and whether there
// are enough, depends on nothing but their number. All are asked at the same level.
type medians struct{ known sync.Map } // medianBounds by number of values

type medianBounds struct {
	stats.QuantileCIResult
	warnings []error // shared by all samples of this size
}

func (m *medians) summary(s *benchmath.Sample, level float64) benchmath.Summary {
	n := len(s.Values)
	known, ok := m.known.Load(n)
	if !ok {
		known, _ = m.known.LoadOrStore(n, medianBounds{stats.QuantileCI(n, 0.5, level), benchmath.AssumeNothing.Summary(s, level).Warnings})
	}
	bounds := known.(medianBounds)
	center, lo, hi := bounds.SampleCI(stats.Sample{Xs: s.Values, Sorted: true})
	return benchmath.Summary{Center: center, Lo: lo, Hi: hi, Confidence: bounds.Confidence, Warnings: bounds.warnings}
}

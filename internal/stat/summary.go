package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	robust "github.com/montanaflynn/stats"
	"golang.org/x/perf/benchmath"
)

// Summary describes one sample.
type Summary struct {
	// Summary is benchstat's: Center is the median, Lo and Hi bound its
	// order-statistic interval (infinite, with a warning, if there are too few values).
	benchmath.Summary

	N        int
	MAD      float64 // median absolute deviation from the median, in the unit of the values
	Outliers int     // beyond 1.5 interquartile ranges from the quartiles
	Extreme  int     // of these, beyond 3
	// Autocorrelation of each value with the one before, in order of run. Far from 0
	// (beyond ±2/√N), the values are not independent and the intervals too narrow. NaN
	// with fewer than two values, or if all are equal.
	Autocorrelation float64
}

// Summarize describes values, given in order of run. confidence is 0.95 for 95 %. No
// value, NaN or infinite values are errors.
func Summarize(values []float64, confidence float64) (Summary, error) {
	if len(values) == 0 {
		return Summary{}, errors.New("summary: no values")
	}
	if err := checkConfidence(confidence); err != nil {
		return Summary{}, fmt.Errorf("summary: %w", err)
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Summary{}, fmt.Errorf("summary: value %d is %v", i+1, v)
		}
	}
	s := Summary{
		Summary: benchmath.AssumeNothing.Summary(sample(values), confidence),
		N:       len(values),
	}
	var err error
	if s.MAD, err = robust.MedianAbsoluteDeviation(values); err != nil {
		return Summary{}, fmt.Errorf("summary: median absolute deviation: %w", err)
	}
	if len(values) < 2 {
		s.Autocorrelation = math.NaN()
		return s, nil
	}
	outliers, err := robust.QuartileOutliers(values)
	if err != nil {
		return Summary{}, fmt.Errorf("summary: outliers: %w", err)
	}
	s.Extreme = len(outliers.Extreme)
	s.Outliers = len(outliers.Mild) + s.Extreme
	if slices.Min(values) == slices.Max(values) { // no variance but of rounding
		s.Autocorrelation = math.NaN()
		return s, nil
	}
	if s.Autocorrelation, err = robust.AutoCorrelation(values, 1); err != nil {
		return Summary{}, fmt.Errorf("summary: autocorrelation: %w", err)
	}
	return s, nil
}

// Scatter is the median distance of the values from their median, relative to it. No
// values, and a median that is not positive, are errors.
func Scatter(values []float64) (float64, error) {
	median, err := robust.Median(values)
	if err != nil {
		return 0, fmt.Errorf("scatter: %w", err)
	}
	if !(median > 0) {
		return 0, fmt.Errorf("scatter: the median is %v", median)
	}
	mad, err := robust.MedianAbsoluteDeviation(values)
	if err != nil {
		return 0, fmt.Errorf("scatter: %w", err)
	}
	return mad / median, nil
}

package stat

import (
	"math"
	"slices"
	"testing"

	robust "github.com/montanaflynn/stats"
	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/floats/scalar"
)

func TestSummarizeAgrees(t *testing.T) {
	rng := newRand(16)
	for range 200 {
		values := costs(rng, 1+rng.IntN(40), 50, 0.1, noise[rng.IntN(len(noise))].draw)
		before := slices.Clone(values)
		got, err := Summarize(values, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(values, before) {
			t.Fatal("the sample was reordered")
		}
		want := benchmath.AssumeNothing.Summary(benchmath.NewSample(before, &benchmath.DefaultThresholds), 0.95)
		if got.Center != want.Center || got.Lo != want.Lo || got.Hi != want.Hi ||
			got.Confidence != want.Confidence || len(got.Warnings) != len(want.Warnings) {
			t.Errorf("got %+v, benchmath %+v", got.Summary, want)
		}
		if median, _ := robust.Median(values); !scalar.EqualWithinRel(got.Center, median, 1e-12) {
			t.Errorf("median %v, montanaflynn %v", got.Center, median)
		}
	}
}

func TestSummarizeColumns(t *testing.T) {
	got, err := Summarize([]float64{10, 12, 11, 13, 12, 11, 10, 12, 17, 40}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	// By hand: median 12, deviations 0 0 0 1 1 1 2 2 5 28; quartiles 11 and 13.
	if got.N != 10 || got.Center != 12 || got.MAD != 1 || got.Outliers != 2 || got.Extreme != 1 {
		t.Errorf("%+v", got)
	}
	drift, err := Summarize([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.95)
	if err != nil || !scalar.EqualWithinAbs(drift.Autocorrelation, 0.7, 1e-12) {
		t.Errorf("autocorrelation of a drift is %v, %v; want 0.7", drift.Autocorrelation, err)
	}
}

func TestSummarizeEdges(t *testing.T) {
	one, err := Summarize([]float64{3}, 0.95)
	if err != nil || one.Center != 3 || !math.IsInf(one.Hi, 1) || one.Outliers != 0 || !math.IsNaN(one.Autocorrelation) {
		t.Errorf("one value: %+v, %v", one, err)
	}
	zeros, err := Summarize(make([]float64, 8), 0.95)
	if err != nil || zeros.Center != 0 || zeros.MAD != 0 || zeros.Outliers != 0 || !math.IsNaN(zeros.Autocorrelation) {
		t.Errorf("all zero: %+v, %v", zeros, err)
	}
	for _, bad := range [][]float64{nil, {1, math.NaN()}, {math.Inf(-1)}} {
		if _, err := Summarize(bad, 0.95); err == nil {
			t.Errorf("no error for %v", bad)
		}
	}
	if _, err := Summarize([]float64{1}, 95); err == nil {
		t.Error("no error for confidence 95")
	}
}

func TestScatter(t *testing.T) {
	got, err := Scatter([]float64{100, 103, 98, 100, 110})
	if err != nil || !scalar.EqualWithinAbs(got, 0.02, 1e-9) {
		t.Errorf("scatter %v, %v, want 0.02", got, err)
	}
	for _, bad := range [][]float64{nil, {0, 0, 0}, {math.NaN()}} {
		if got, err := Scatter(bad); err == nil {
			t.Errorf("%v: no error, but a scatter of %v", bad, got)
		}
	}
}

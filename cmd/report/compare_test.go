package main

import (
	"math"
	"testing"

	"crossover/internal/stat"
)

// TestDetects: what a comparison finds is less the more rounds there are and the fewer
// comparisons, and nothing where no outcome could be significant.
func TestDetects(t *testing.T) {
	costs := func(rounds int, noise float64) stat.Series {
		s := stat.Series{}
		for r := range rounds {
			s.Rounds, s.Values = append(s.Rounds, r+1), append(s.Values, 100*(1+noise*float64(r%3-1)))
		}
		return s
	}
	detected := func(rounds, family int) float64 {
		base, other := costs(rounds, 0), costs(rounds, 0.05)
		r, _ := ratio(base, other)
		return detects(base, other, r, family)
	}
	few, many, among := detected(10, 1), detected(40, 1), detected(10, 8)
	if !(1 < many && many < few && few < among && among < 1.2) {
		t.Errorf("10 rounds detect %v, 40 %v, 10 among 8 comparisons %v", few, many, among)
	}
	if got := detected(5, 1); !math.IsInf(got, 1) {
		t.Errorf("5 rounds detect %v", got)
	}
}

// What an interval says of the size, and whether it is significant among many, are told
// apart: only who is both is marked good or bad.
func TestSizeWithoutSignificance(t *testing.T) {
	c := comparison{Ratio: stat.Ratio{Est: 2, Lo: 1.9, Hi: 2.1, P: 0.03, N1: 6, N2: 6, Paired: true}, Adjusted: 0.3}
	cells := comparisonCells(false, c)
	if got := cells[3]; cells[2].Text != "could not be" || got.Text != stat.Slower.String() || got.Tone != "doubt" {
		t.Errorf("significant: %q; large: %+v", cells[2].Text, got)
	}
	c.Adjusted, c.Power = 0.04, true
	cells = comparisonCells(false, c)
	if got := cells[3]; cells[2].Text != "yes" || got.Text != stat.Slower.String() || got.Tone != "bad" {
		t.Errorf("significant: %q; large: %+v", cells[2].Text, got)
	}
}

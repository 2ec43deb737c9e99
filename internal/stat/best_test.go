package stat

import (
	"math"
	"reflect"
	"testing"
)

// TestFindBestCrossoverCoverage: groups in which the best is a matter of luck, or is
// not, and a crossing that is known. Whoever was chosen by luck must not move the
// crossing: comparing the chosen on the rounds that chose them puts it 14 % off here
// where six are alike, and its interval holds the truth in 85 % of cases.
func TestFindBestCrossoverCoverage(t *testing.T) {
	const tries, rounds, truth = 60, 10, 250
	x := []float64{1, 10, 100, 1000, 10000}
	for _, of := range []struct {
		name   string
		a, b   int     // members
		spread float64 // of a member's cost over that of the one before
	}{
		{"six alike against one", 6, 1, 0},
		{"one against six alike", 1, 6, 0},
		{"six against six, 3 % apart", 6, 6, 0.03},
	} {
		rng := newRand(24)
		members := func(n int, level float64) (g [][]float64) {
			for i := range n {
				g = append(g, costs(rng, rounds, level*math.Exp(of.spread*float64(i)), 0.03, noise[0].draw))
			}
			return g
		}
		hits, off := 0, 0.0
		for try := range tries {
			var a, b [][][]float64
			for _, v := range x {
				a, b = append(a, members(of.a, 1)), append(b, members(of.b, math.Pow(v/truth, 0.07)))
			}
			c, err := FindBestCrossover(x, a, b, 1, 0.95, uint64(try))
			if err != nil || len(c.Crossings) != 1 {
				t.Fatalf("%s: %v %+v", of.name, err, c)
			}
			if c.Lo <= truth && truth <= c.Hi {
				hits++
			}
			off += math.Log(c.Crossings[0]/truth) / tries
		}
		checkShareIn(t, of.name, hits, tries, 0.93, 0.999)
		if math.Abs(off) > 0.1 {
			t.Errorf("%s: crossings are %+.0f %% off", of.name, 100*off)
		}
	}
}

// TestFindBestCrossoverHopeless: who never has a chance changes nothing.
func TestFindBestCrossoverHopeless(t *testing.T) {
	x := []float64{1, 10, 100}
	a, b := curves(newRand(25), 10, []float64{1.2, 1.02, 0.8}, 0.1, noise[0].draw)
	more := alone(a)
	for p, group := range more {
		var dear []float64
		for _, v := range group[0] {
			dear = append(dear, 1e6*v)
		}
		more[p] = [][]float64{dear, group[0]}
	}
	got, err := FindBestCrossover(x, more, alone(b), 1, 0.95, 3)
	if want := find(t, x, a, b, 1, 3); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
}

func TestFindBestCrossoverBadInput(t *testing.T) {
	x := []float64{1, 10}
	ok := [][][]float64{{{1, 2}, {3, 4}}, {{1, 2}}}
	for name, b := range map[string][][][]float64{
		"nobody":         {{}, {{1, 2}}},
		"a point less":   ok[:1],
		"a round less":   {{{1}}, {{1, 2}}},
		"no rounds":      {{{}}, {{}}},
		"cost of zero":   {{{1, 0}}, {{1, 2}}},
		"NaN for a cost": {{{1, math.NaN()}}, {{1, 2}}},
	} {
		if _, err := FindBestCrossover(x, ok, b, 1, 0.95, 1); err == nil {
			t.Errorf("no error for %s", name)
		}
	}
	for name, of := range map[string]struct {
		x                     []float64
		threshold, confidence float64
	}{
		"one point":         {[]float64{1}, 1, 0.95},
		"descending axis":   {[]float64{10, 1}, 1, 0.95},
		"negative axis":     {[]float64{-1, 1}, 1, 0.95},
		"NaN on the axis":   {[]float64{0, math.NaN()}, 1, 0.95},
		"endless axis":      {[]float64{0, math.Inf(1)}, 1, 0.95},
		"threshold":         {x, 0, 0.95},
		"endless threshold": {x, math.Inf(1), 0.95},
		"confidence":        {x, 1, 95},
	} {
		groups := ok[:len(of.x)]
		if _, err := FindBestCrossover(of.x, groups, groups, of.threshold, of.confidence, 1); err == nil {
			t.Errorf("no error for %s", name)
		}
	}
	if c, err := FindBestCrossover(x, [][][]float64{{{1}, {2}}, {{1}}}, [][][]float64{{{1}}, {{1}}}, 1, 0.95, 1); err != nil || c.Stable {
		t.Errorf("one round: %v %+v", err, c)
	}
}

func TestGroupMedian(t *testing.T) {
	g := groupOf([][]float64{{5, 1, 9, 3}, {4, 4, 4, 4}, {10, 10, 10, 10}})
	if len(g) != 2 {
		t.Fatalf("%d members, want the one who is never best left out", len(g))
	}
	for _, tt := range []struct {
		drawn []int
		n     int
		want  float64
	}{
		{[]int{1, 1, 1, 1}, 4, 4}, {[]int{0, 1, 1, 1}, 3, 3}, {[]int{0, 2, 2, 0}, 4, 5}, {[]int{3, 0, 0, 1}, 4, 5}, {[]int{0, 0, 1, 0}, 1, 9},
	} {
		if got := g[0].median(tt.drawn, tt.n); got != tt.want {
			t.Errorf("drawn %v: %v, want %v", tt.drawn, got, tt.want)
		}
	}
	if got := g.best([]int{1, 0, 1, 0}, 2); got != &g[1] {
		t.Error("rounds 1 and 3 are not won by the steady one")
	}
}

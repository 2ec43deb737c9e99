package stat

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

// curves draws costs by [round][point] whose ratio A/B is as given at each x.
func curves(rng *rand.Rand, rounds int, ratio []float64, scatter float64, draw func(*rand.Rand) float64) (a, b [][]float64) {
	for range rounds {
		var ra, rb []float64
		for _, r := range ratio {
			o, n := pairs(rng, 1, r, scatter, draw)
			ra, rb = append(ra, n[0]), append(rb, o[0])
		}
		a, b = append(a, ra), append(b, rb)
	}
	return a, b
}

func TestCrossoverWithoutNoise(t *testing.T) {
	inf := math.Inf(1)
	for _, of := range []struct {
		name      string
		x, ratio  []float64
		threshold float64
		want      Crossover
	}{
		{"one, half-way on both log axes", []float64{1, 10, 1000}, []float64{8, 2, 0.5}, 1,
			Crossover{Crossings: []float64{100}, Before: Above, Lo: 100, Hi: 100, Stable: true}},
		{"upwards", []float64{1, 100}, []float64{0.5, 2}, 1,
			Crossover{Crossings: []float64{10}, After: Above, Lo: 10, Hi: 10, Stable: true}},
		{"within 10 %", []float64{1, 100}, []float64{1.1 * 1.1, 1}, 1.1,
			Crossover{Crossings: []float64{10}, Before: Above, Lo: 10, Hi: 10, Stable: true}},
		{"above throughout", []float64{0, 1, 10}, []float64{3, 2, 1.2}, 1.1,
			Crossover{Before: Above, After: Above, Hi: inf, None: 1, Stable: true}},
		{"below throughout", []float64{0, 1, 10}, []float64{0.5, 0.6, 0.7}, 1,
			Crossover{Hi: inf, None: 1, Stable: true}},
		{"equal throughout", []float64{1, 10}, []float64{1, 1}, 1,
			Crossover{Hi: inf, None: 1, Stable: true}},
		{"below the first positive x", []float64{0, 7, 70}, []float64{4, 0.5, 0.2}, 1,
			Crossover{Crossings: []float64{7}, BelowFirst: true, Before: Above, Hi: 7, Stable: true}},
		{"after the first positive x", []float64{0, 1, 100}, []float64{4, 2, 0.5}, 1,
			Crossover{Crossings: []float64{10}, Before: Above, Lo: 10, Hi: 10, Stable: true}},
		{"several", []float64{1, 100, 10000}, []float64{2, 0.5, 2}, 1,
			Crossover{Crossings: []float64{10, 1000}, Before: Above, After: Above, Lo: 10, Hi: 1000, Stable: true}},
	} {
		a, b := curves(newRand(17), 10, of.ratio, 0, noise[0].draw)
		got := find(t, of.x, a, b, of.threshold, 1)
		if !similar(got, of.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", of.name, got, of.want)
		}
	}
}

// similar compares but for the grain of logarithms.
func similar(a, b Crossover) bool {
	round := func(v *float64) { *v = math.Round(*v*1e6) / 1e6 }
	for _, c := range []*Crossover{&a, &b} {
		c.Crossings = append([]float64(nil), c.Crossings...)
		for i := range c.Crossings {
			round(&c.Crossings[i])
		}
		round(&c.Lo)
		round(&c.Hi)
	}
	return reflect.DeepEqual(a, b)
}

// TestCrossoverCoverage counts how often the interval holds the true crossing. A
// bootstrap is not exact; widened as here, it covers as often as it says with plain
// noise, and more often where spikes make the crossing hard to place.
func TestCrossoverCoverage(t *testing.T) {
	const tries, truth = 60, 250
	x := []float64{1, 10, 100, 1000, 10000}
	var ratio []float64
	for _, v := range x {
		ratio = append(ratio, math.Pow(v/truth, -0.07))
	}
	for _, of := range []int{0, 3} {
		rng := newRand(18)
		hits := 0
		for try := range tries {
			a, b := curves(rng, 10, ratio, 0.03, noise[of].draw)
			if c := find(t, x, a, b, 1, uint64(try)); c.Lo <= truth && truth <= c.Hi {
				hits++
			}
		}
		checkShareIn(t, noise[of].name, hits, tries, 0.93, 0.99)
	}
}

// TestCrossoverConverging: two costs that become the same have no crossing worth
// the name, though noise makes one. Where they come within 10 % is another matter.
func TestCrossoverConverging(t *testing.T) {
	x := []float64{0, 100, 1000, 10000, 100000}
	ratio := []float64{4, 2, 1.21, 1, 1}
	rng := newRand(19)
	for try := range 10 {
		a, b := curves(rng, 10, ratio, 0.01, noise[0].draw)
		if c := find(t, x, a, b, 1, uint64(try)); c.Stable && !math.IsInf(c.Hi, 1) && c.Hi < 10000 {
			t.Errorf("a crossing out of noise: %+v", c)
		}
		c := find(t, x, a, b, 1.1, uint64(try))
		if !c.Stable || len(c.Crossings) != 1 || c.Lo < 2000 || c.Hi > 5000 {
			t.Errorf("within 10 %%: %+v", c)
		}
	}
}

// TestCrossoverUnstable: at one point three rounds of ten disagree with the other
// seven about the side. The curve follows the seven; a resample follows the three once
// it draws four or more of them, which a binomial distribution says it does in 35.0 %.
// Resamples that do not cross point beyond that end, and so must the interval.
func TestCrossoverUnstable(t *testing.T) {
	inf := math.Inf(1)
	for _, of := range []struct {
		name      string
		ratio     []float64
		torn      int // the point at which three rounds disagree
		crossings int
		none      float64
		open      func(Crossover) bool
	}{
		{"crosses before the last point", []float64{2, 1.4, 0.98}, 2, 1, 0.35,
			func(c Crossover) bool { return c.Lo > 10 && c.Hi == inf }},
		{"crosses after the first point", []float64{1.02, 0.7, 0.5}, 0, 1, 0.35,
			func(c Crossover) bool { return c.Lo == 0 && c.Hi < 10 }},
		{"stays just above", []float64{2, 1.4, 1.02}, 2, 0, 0.65,
			func(c Crossover) bool { return c.Lo == 0 && c.Hi == inf }},
		{"dips", []float64{2, 0.98, 2}, 1, 2, 0.35,
			func(c Crossover) bool { return c.Lo == 0 && c.Hi == inf }},
	} {
		a, b := curves(newRand(20), 10, of.ratio, 0, noise[0].draw)
		for r := range 3 {
			a[r][of.torn] = b[r][of.torn] * math.Pow(of.ratio[of.torn], -5)
		}
		c := find(t, []float64{1, 10, 100}, a, b, 1, 1)
		if c.Stable || len(c.Crossings) != of.crossings || !of.open(c) {
			t.Errorf("%s: %+v", of.name, c)
		}
		checkShare(t, of.name, int(math.Round(c.None*crossoverResamples)), crossoverResamples, of.none)
	}
}

// TestCrossoverMaybeBelowFirst: the interval reaches down to 0 when some resamples
// cross before the first positive x, and up to where the others do.
func TestCrossoverMaybeBelowFirst(t *testing.T) {
	a, b := curves(newRand(21), 10, []float64{4, 1.01, 0.25}, 0.05, noise[0].draw)
	c := find(t, []float64{0, 10, 1000}, a, b, 1, 1)
	if !c.Stable || c.Lo != 0 || c.Hi <= 10 || c.Hi > 20 {
		t.Errorf("%+v", c)
	}
}

// TestWidenedTail: so far out, the bootstrap distribution of a mean, whose deviation is that
// of the values and not of the population, ends where the t interval does.
func TestWidenedTail(t *testing.T) {
	for _, n := range []int{6, 10, 25} {
		size := float64(n)
		got := distuv.UnitNormal.Quantile(widenedTail(n, 0.95)) * math.Sqrt((size-1)/size)
		if want := (distuv.StudentsT{Sigma: 1, Nu: size - 1}).Quantile(0.025); !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("of %d values %v errors below the mean, want %v", n, got, want)
		}
	}
}

func TestCrossoverTooFewRounds(t *testing.T) {
	x := []float64{1, 100}
	for n := 1; n < 6; n++ {
		a, b := curves(newRand(22), n, []float64{2, 0.5}, 0, noise[0].draw)
		c := find(t, x, a, b, 1, 1)
		if c.Stable || c.Lo != 0 || !math.IsInf(c.Hi, 1) || len(c.Crossings) != 1 {
			t.Errorf("%d rounds: %+v", n, c)
		}
	}
}

func TestCrossoverSeed(t *testing.T) {
	x := []float64{1, 10, 100}
	a, b := curves(newRand(23), 8, []float64{1.2, 1.02, 0.8}, 0.1, noise[0].draw)
	c := find(t, x, a, b, 1, 7)
	if again := find(t, x, a, b, 1, 7); !reflect.DeepEqual(c, again) {
		t.Errorf("the same seed gives %+v and %+v", c, again)
	}
	if other := find(t, x, a, b, 1, 8); reflect.DeepEqual(c, other) {
		t.Error("the seed is ignored")
	}
}

// find is FindBestCrossover of groups of one.
func find(t *testing.T, x []float64, a, b [][]float64, threshold float64, seed uint64) Crossover {
	t.Helper()
	c, err := FindBestCrossover(x, alone(a), alone(b), threshold, 0.95, seed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// alone turns costs by [round][point] into groups of one, by [point][member][round].
func alone(costs [][]float64) (groups [][][]float64) {
	for p := range costs[0] {
		var member []float64
		for _, round := range costs {
			member = append(member, round[p])
		}
		groups = append(groups, [][]float64{member})
	}
	return groups
}

package stat

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"testing"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"
	"gonum.org/v1/gonum/floats/scalar"
)

func TestMannWhitneyIsBenchstats(t *testing.T) {
	rng := newRand(6)
	for range 100 {
		old := costs(rng, 1+rng.IntN(60), 100, 0.1, noise[rng.IntN(len(noise))].draw)
		new := costs(rng, 1+rng.IntN(60), 103, 0.1, noise[rng.IntN(len(noise))].draw)
		if rng.IntN(2) == 0 { // ties
			for _, v := range [][]float64{old, new} {
				for i := range v {
					v[i] = math.Ceil(v[i] / 5)
				}
			}
		}
		before := slices.Concat(old, new)
		got := MannWhitney(old, new)
		if !slices.Equal(before, slices.Concat(old, new)) {
			t.Fatal("the samples were reordered")
		}

		a := benchmath.NewSample(slices.Clone(old), &benchmath.DefaultThresholds)
		b := benchmath.NewSample(slices.Clone(new), &benchmath.DefaultThresholds)
		want := benchmath.AssumeNothing.Compare(a, b)
		if got.String() != want.String() || got.P != want.P {
			t.Errorf("got %v, benchmath %v", got, want)
		}
		if u, err := stats.MannWhitneyUTest(old, new, stats.LocationDiffers); err == nil && u.P != got.P {
			t.Errorf("P %v, moremath %v", got.P, u.P)
		}
		r, err := UnpairedRatio(old, new, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if r.P != min(1, got.P) {
			t.Errorf("UnpairedRatio's P is %v, want %v", r.P, got.P)
		}
	}
}

// TestMannWhitneyEnumerated compares P with an enumeration, ties included.
func TestMannWhitneyEnumerated(t *testing.T) {
	rng := newRand(7)
	for range 100 {
		n := 2 + rng.IntN(4)
		all := make([]float64, 2*n)
		for i := range all {
			all[i] = float64(1 + rng.IntN(20))
		}
		if slices.Min(all) == slices.Max(all) {
			continue
		}
		want := enumeratedMannWhitney(all, n)
		if got := MannWhitney(all[:n], all[n:]).P; !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("P of %v and %v is %v, enumerated %v", all[:n], all[n:], got, want)
		}
	}
}

// TestMannWhitneyFlaw pins the flaw in moremath that the doc comment warns of.
func TestMannWhitneyFlaw(t *testing.T) {
	all := []float64{3, 3, 4, 3, 3, 2, 2, 3, 1}
	got, want := MannWhitney(all[:3], all[3:]).P, enumeratedMannWhitney(all, 3)
	if !scalar.EqualWithinAbs(want, 0.131, 0.001) || !scalar.EqualWithinAbs(got, 0.0238, 0.0001) {
		t.Errorf("P is %v, enumerated %v: if moremath is mended, the warning can go", got, want)
	}
	few, one := []float64{3, 1, 3, 2}, []float64{3}
	if p := MannWhitney(few, one).P; p <= 1 {
		t.Errorf("P is %v: if moremath is mended, the limit can go", p)
	}
	if r := unpaired(t, few, one, 0.95); r.P != 1 {
		t.Errorf("UnpairedRatio's P is %v, more than certain", r.P)
	}
}

// enumeratedMannWhitney is the share of all ways to deal the values into two samples,
// the first of n, that are at least as lopsided as the first n against the others.
func enumeratedMannWhitney(all []float64, n int) float64 {
	lopsided := func(old uint) float64 { // |2U − n₁n₂|
		u := 0
		for i, a := range all {
			for j, b := range all {
				if old>>i&1 == 1 && old>>j&1 == 0 {
					u += cmp.Compare(a, b)
				}
			}
		}
		return math.Abs(float64(u))
	}
	seen := lopsided(1<<n - 1)
	as, ways := 0, 0
	for old := range uint(1) << len(all) {
		if bits.OnesCount(old) == n {
			ways++
			if lopsided(old) >= seen {
				as++
			}
		}
	}
	return float64(as) / float64(ways)
}

// TestMannWhitneyTable compares with the published table of critical values (Milton
// 1964, two-sided 0.05).
func TestMannWhitneyTable(t *testing.T) {
	for _, row := range []struct {
		n1, n2 int
		at5    int64
	}{
		{3, 3, -1}, {4, 4, 0}, {5, 5, 2}, {6, 6, 5}, {7, 7, 8}, {8, 8, 13}, {9, 9, 17},
		{10, 10, 23}, {5, 10, 8}, {8, 10, 17}, {20, 20, 127},
	} {
		if got := critical(mannWhitneyTail(row.n1, row.n2), int64(row.n1*row.n2), 0.025); got != row.at5 {
			t.Errorf("%d+%d: critical value %d, table says %d", row.n1, row.n2, got, row.at5)
		}
	}
}

// TestMannWhitneyApproximation holds the approximation of the tail against the exact
// one where it takes over.
func TestMannWhitneyApproximation(t *testing.T) {
	n := stats.MannWhitneyExactLimit + 1
	tail, exact := mannWhitneyTail(n, 10), stats.UDist{N1: n, N2: 10}
	for _, k := range []int64{100, 150, 200} {
		if got, want := tail(k), exact.CDF(float64(k)); !scalar.EqualWithinAbs(got, want, 0.003) {
			t.Errorf("P(U ≤ %d) is %v, exact %v", k, got, want)
		}
	}
}

func TestMannWhitneyCannotCompare(t *testing.T) {
	for _, s := range [][2][]float64{{nil, {1}}, {{2, 2}, {2, 2}}} {
		if got := MannWhitney(s[0], s[1]); got.P != 1 || len(got.Warnings) == 0 {
			t.Errorf("%v: %+v", s, got)
		}
	}
}

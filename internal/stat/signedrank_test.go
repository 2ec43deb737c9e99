package stat

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestSignedRankEnumerated compares P with the share of all 2ⁿ ways to sign the ranks
// that are as lopsided as what was seen. Small whole numbers make ties and zeros.
func TestSignedRankEnumerated(t *testing.T) {
	rng := newRand(1)
	for range 1000 {
		d := make([]float64, 1+rng.IntN(10))
		for i := range d {
			d[i] = float64(rng.IntN(11) - 5)
		}
		got, err := SignedRank(d)
		if err != nil {
			t.Fatal(err)
		}
		if want := enumeratedP(d); got.P != want {
			t.Fatalf("SignedRank(%v).P = %v, enumerated %v", d, got.P, want)
		}
		if got.N+got.Zeros != len(d) || !got.Exact {
			t.Fatalf("SignedRank(%v) = %+v", d, got)
		}
	}
}

func enumeratedP(d []float64) float64 {
	d = slices.DeleteFunc(slices.Clone(d), func(v float64) bool { return v == 0 })
	ranks := make([]float64, len(d))
	for i := range d {
		for j := range d {
			switch a, b := math.Abs(d[i]), math.Abs(d[j]); {
			case b < a:
				ranks[i]++
			case b == a:
				ranks[i] += 0.5
			}
		}
		ranks[i] += 0.5
	}
	lopsided := func(positive uint) float64 {
		s := 0.0
		for i, r := range ranks {
			if positive>>i&1 == 1 {
				s += r
			} else {
				s -= r
			}
		}
		return math.Abs(s)
	}
	var seen uint
	for i, v := range d {
		if v > 0 {
			seen |= 1 << i
		}
	}
	count := 0
	for signs := range uint(1) << len(d) {
		if lopsided(signs) >= lopsided(seen) {
			count++
		}
	}
	return float64(count) / float64(uint(1)<<len(d))
}

// TestSignedRankTable compares the largest rank sums that are significant with the
// published table (Wilcoxon & Wilcox, Some Rapid Approximate Statistical Procedures,
// 1964, two-sided).
func TestSignedRankTable(t *testing.T) {
	for _, row := range []struct {
		n        int
		at5, at1 int64
	}{
		{5, -1, -1}, {6, 0, -1}, {7, 2, -1}, {8, 3, 0}, {9, 5, 1}, {10, 8, 3}, {11, 10, 5},
		{12, 13, 7}, {13, 17, 9}, {14, 21, 12}, {15, 25, 15}, {20, 52, 37}, {25, 89, 68},
		{30, 137, 109}, {50, 434, 373},
	} {
		tail := signedRankTail(row.n)
		sums := walshCount(row.n)
		if got := critical(tail, sums, 0.025); got != row.at5 {
			t.Errorf("n=%d: critical value at 0.05 is %d, table says %d", row.n, got, row.at5)
		}
		if got := critical(tail, sums, 0.005); got != row.at1 {
			t.Errorf("n=%d: critical value at 0.01 is %d, table says %d", row.n, got, row.at1)
		}
	}
}

// depression are the scores of Hollander & Wolfe, table 3.1, before and after.
var depression = struct{ before, after []float64 }{
	[]float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30},
	[]float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29},
}

func TestSignedRankPublished(t *testing.T) {
	d := make([]float64, len(depression.before))
	for i := range d {
		d[i] = depression.before[i] - depression.after[i]
	}
	got, err := SignedRank(d)
	if err != nil {
		t.Fatal(err)
	}
	want := SignedRankTest{W: 40, N: 9, P: 20.0 / 512, Exact: true}
	if got != want {
		t.Errorf("got %+v, published %+v", got, want)
	}
}

// TestSignedRankLevel counts false alarms on differences that are symmetric about
// zero. The exact test attains its level whatever the distribution.
func TestSignedRankLevel(t *testing.T) {
	const n, tries = 10, 10000
	attained := 2 * signedRankTail(n)(8) // 8 is the critical value at 0.05
	for _, of := range noise {
		rng := newRand(2)
		alarms := 0
		for range tries {
			d := make([]float64, n)
			for i := range d {
				d[i] = of.draw(rng) - of.draw(rng)
			}
			got, err := SignedRank(d)
			if err != nil {
				t.Fatal(err)
			}
			if got.P <= 0.05 {
				alarms++
			}
		}
		checkShare(t, of.name, alarms, tries, attained)
	}
}

// TestSignedRankApproximation holds the approximation against the exact distribution
// where it takes over, with and without ties.
func TestSignedRankApproximation(t *testing.T) {
	rng := newRand(3)
	n := signedRankExact + 1
	for _, grain := range []float64{0, 0.5} {
		for range 50 {
			d := make([]float64, n)
			for i := range d {
				d[i] = rng.NormFloat64() + 0.3
				if grain > 0 {
					d[i] = grain * (math.Floor(d[i]/grain) + 0.5) // ties, no zeros
				}
			}
			got, err := SignedRank(d)
			if err != nil {
				t.Fatal(err)
			}
			if got.Exact {
				t.Fatalf("n=%d is said to be exact", n)
			}
			exact := exactP(d)
			if !scalar.EqualWithinAbs(got.P, exact, 0.005) || exact < 0.1 && !scalar.EqualWithinAbs(got.P, exact, 0.002) {
				t.Errorf("grain %v: approximate P %v, exact %v", grain, got.P, exact)
			}
		}
	}
}

func exactP(d []float64) float64 {
	d = slices.Clone(d)
	slices.SortFunc(d, func(a, b float64) int {
		switch {
		case math.Abs(a) < math.Abs(b):
			return -1
		case math.Abs(a) > math.Abs(b):
			return 1
		}
		return 0
	})
	ranks := doubledRanks(d)
	total, positive := 0, 0
	for i, r := range ranks {
		total += r
		if d[i] > 0 {
			positive += r
		}
	}
	p := 0.0
	for _, v := range subsetSums(ranks)[:min(positive, total-positive)+1] {
		p += 2 * v
	}
	return min(1, p)
}

func TestSignedRankProperties(t *testing.T) {
	rng := newRand(4)
	for range 200 {
		d := make([]float64, 2+rng.IntN(80)) // both sides of the limit
		for i := range d {
			d[i] = math.Round(8 * rng.NormFloat64())
		}
		base, err := SignedRank(d)
		if err != nil {
			t.Fatal(err)
		}
		flipped, scaled := make([]float64, len(d)), make([]float64, len(d))
		for i, v := range d {
			flipped[i], scaled[i] = -v, 4*v
		}
		rng.Shuffle(len(scaled), func(i, j int) { scaled[i], scaled[j] = scaled[j], scaled[i] })

		want := base
		if got, _ := SignedRank(scaled); got != want {
			t.Errorf("scaled and shuffled: %+v, want %+v", got, want)
		}
		want.W = float64(base.N*(base.N+1))/2 - base.W
		if got, _ := SignedRank(flipped); got != want {
			t.Errorf("flipped: %+v, want %+v", got, want)
		}
		if base.P <= 0 || base.P > 1 {
			t.Errorf("P = %v", base.P)
		}
	}
}

func TestSignedRankEdges(t *testing.T) {
	for _, d := range [][]float64{nil, {0, 0, 0}} {
		got, err := SignedRank(d)
		if err != nil || got.P != 1 || got.N != 0 || got.Zeros != len(d) {
			t.Errorf("SignedRank(%v) = %+v, %v", d, got, err)
		}
	}
	if _, err := SignedRank([]float64{1, math.NaN()}); err == nil {
		t.Error("no error for NaN")
	}
}

// TestSubsetSumsExact checks the claim that probabilities are exact up to the limit:
// they are whole multiples of 2⁻ⁿ that add up to exactly 1.
func TestSubsetSumsExact(t *testing.T) {
	ranks := rand.Perm(signedRankExact) // any order will do
	for i := range ranks {
		ranks[i]++
	}
	count := uint64(0)
	for s, p := range subsetSums(ranks) {
		ways := math.Ldexp(p, len(ranks))
		if ways != math.Trunc(ways) {
			t.Fatalf("sum %d: %v ways", s, ways)
		}
		count += uint64(ways)
	}
	if bits.OnesCount64(count) != 1 || bits.Len64(count) != len(ranks)+1 {
		t.Errorf("%d ways in all, want 2^%d", count, len(ranks))
	}
}

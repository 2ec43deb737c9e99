package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// ticks draws n values, ascending, with ties.
func ticks(rng *rand.Rand, n int) []int64 {
	d := make([]int64, n)
	for i := range d {
		d[i] = rng.Int64N(41) - 20
	}
	slices.Sort(d)
	return d
}

// TestPairSums compares with the sequences built and sorted.
func TestPairSums(t *testing.T) {
	rng := newRand(5)
	for range 300 {
		x, y := ticks(rng, 1+rng.IntN(12)), ticks(rng, 1+rng.IntN(12))
		var walsh, diff []int64
		for i, xi := range x {
			for _, xj := range x[i:] {
				walsh = append(walsh, xi+xj)
			}
			for _, yj := range y {
				diff = append(diff, yj-xi)
			}
		}
		checkPairSums(t, "walsh", walshSums(x), walsh)
		checkPairSums(t, "differences", differences(x, y), diff)
	}
}

func checkPairSums(t *testing.T, what string, got pairSums, want []int64) {
	t.Helper()
	slices.Sort(want)
	if got.n != int64(len(want)) {
		t.Fatalf("%s: %d sums, want %d", what, got.n, len(want))
	}
	for i, w := range want {
		if g := got.at(int64(i + 1)); g != w {
			t.Fatalf("%s: sum %d is %d, want %d", what, i+1, g, w)
		}
	}
	n := len(want)
	if w := float64(want[(n-1)/2]+want[n/2]) / 2; got.median() != w {
		t.Fatalf("%s: median %v, want %v", what, got.median(), w)
	}
}

// TestTicks: ratios equal on paper tie, and the whole range of float64 fits.
func TestTicks(t *testing.T) {
	old := []float64{100, 200, 300, 700, 0.7, 1e-9}
	var new []float64
	for _, v := range old {
		new = append(new, v*1.1)
	}
	d := logRatios(old, new)
	if d[0] != d[len(d)-1] {
		t.Errorf("ratios of 1.1 do not tie: %v", d)
	}
	const smallestNormal = 0x1p-1022
	most := logRatios([]float64{smallestNormal}, []float64{math.MaxFloat64})[0]
	if log := float64(most) * tick; math.Abs(log-2046*math.Ln2) > 1e-9 {
		t.Errorf("the largest log ratio is %v", log)
	}
}

package stat

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestSmallestP: the formulas are what the tests give when all rounds agree.
func TestSmallestP(t *testing.T) {
	var old, new []float64
	for n := 1; n <= 20; n++ {
		old, new = append(old, float64(n)), append(new, float64(100+n*n))
		if got, want := SmallestP(n), paired(t, old, new, 0.95).P; got != want {
			t.Errorf("SmallestP(%d) = %v, the test gives %v", n, got, want)
		}
		few := old[:(n+2)/3]
		if got, want := SmallestPUnpaired(len(few), n), MannWhitney(few, new).P; !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("SmallestPUnpaired(%d, %d) = %v, the test gives %v", len(few), n, got, want)
		}
	}
	if SmallestP(0) != 1 || SmallestPUnpaired(0, 5) != 1 {
		t.Error("without samples the smallest p is 1")
	}
}

func TestRoundsFor(t *testing.T) {
	for _, of := range []struct {
		alpha        float64
		family, want int
	}{
		{0.05, 1, 6}, {0.01, 1, 8}, {0.05, 25, 10}, {0.05, 26, 11}, {1, 1, 1},
	} {
		if got := RoundsFor(of.alpha, of.family); got != of.want {
			t.Errorf("RoundsFor(%v, %d) = %d, want %d", of.alpha, of.family, got, of.want)
		}
	}
}

// TestSmallestEffect simulates studies in which new is slower by just that effect, and
// counts in how many the comparison finds it.
func TestSmallestEffect(t *testing.T) {
	const tries, scatter, power = 2000, 0.04, 0.8
	for _, of := range []struct {
		rounds int
		alpha  float64
		noise  int
		lo, hi float64 // the power that the doc comment promises
	}{
		{6, 0.05, 0, 0.80, 0.80}, // the smallest possible level: exact
		{10, 0.05, 0, 0.77, 0.82},
		{30, 0.05, 0, 0.77, 0.82},
		{12, 0.01, 0, 0.77, 0.82},
		{10, 0.05 / 9, 0, 0.70, 0.75}, // next to the smallest level
		{10, 0.05 / 25, 0, 0.80, 0.80},
		{10, 0.05, 1, 0.77, 1}, // one-sided tails on either side: Laplace
		{30, 0.05, 3, 0.77, 1}, // spikes
	} {
		rng := newRand(uint64(of.rounds))
		draw := noise[of.noise].draw
		old, new := pairs(rng, 20_000, 1, scatter, draw)
		spread, err := Spread(old, new)
		if err != nil {
			t.Fatal(err)
		}
		effect := SmallestEffect(spread, of.rounds, of.alpha, power)
		found := 0
		for range tries {
			old, new := pairs(rng, of.rounds, effect, scatter, draw)
			if r := paired(t, old, new, 0.95); r.P <= of.alpha && r.Est > 1 {
				found++
			}
		}
		what := noise[of.noise].name
		checkShareIn(t, what, found, tries, of.lo, of.hi)
	}
}

func TestSmallestEffectEdges(t *testing.T) {
	if got := SmallestEffect(0.05, 5, 0.05, 0.8); !math.IsInf(got, 1) {
		t.Errorf("5 rounds at 0.05: %v, want none", got)
	}
	if got := SmallestEffect(0, 10, 0.05, 0.8); got != 1 {
		t.Errorf("without scatter: %v, want 1", got)
	}
	for _, bad := range [][2]float64{{0, 0.8}, {1, 0.8}, {0.05, 1}, {0.05, 0}, {math.NaN(), 0.8}} {
		if got := SmallestEffect(0.05, 10, bad[0], bad[1]); !math.IsNaN(got) {
			t.Errorf("alpha and power %v: %v", bad, got)
		}
	}
	if got := SmallestEffect(0.05, -1, 0.05, 0.8); !math.IsInf(got, 1) {
		t.Errorf("no rounds: %v", got)
	}
	less := SmallestEffect(0.05, 10, 0.05, 0.5)
	more := SmallestEffect(0.05, 40, 0.05, 0.5)
	if !(1 < more && more < less) {
		t.Errorf("40 rounds find %v, 10 find %v", more, less)
	}
	if s, err := Spread([]float64{1}, []float64{2}); err != nil || !math.IsNaN(s) {
		t.Errorf("spread of one round: %v, %v", s, err)
	}
}

// TestNarrowing compares with the mean widths of simulated intervals.
func TestNarrowing(t *testing.T) {
	const tries, scatter = 2000, 0.1
	width := func(kind, n int) (mean float64) {
		rng := newRand(uint64(n))
		for range tries {
			old, new := pairs(rng, n, 1, scatter, noise[kind].draw)
			r := paired(t, old, new, 0.95)
			mean += math.Log(r.Hi/r.Lo) / tries
		}
		return mean
	}
	for _, of := range [][2]int{{6, 8}, {6, 24}, {7, 28}, {8, 32}, {10, 40}, {16, 8}, {32, 128}} {
		got, want := Narrowing(of[0], of[1], 0.95), width(0, of[1])/width(0, of[0])
		if !scalar.EqualWithinRel(got, want, 0.06) {
			t.Errorf("from %d to %d rounds: %.3f, simulated %.3f", of[0], of[1], got, want)
		}
	}
	if got, heavy := Narrowing(8, 32, 0.95), width(3, 32)/width(3, 8); heavy > got {
		t.Errorf("spikes narrow by %.3f, less than %.3f", heavy, got)
	}
	for _, of := range [][2]int{{5, 10}, {10, 5}, {0, 10}, {1, 10}} {
		if got := Narrowing(of[0], of[1], 0.95); !math.IsNaN(got) {
			t.Errorf("from %d to %d rounds: %v, want NaN", of[0], of[1], got)
		}
	}
}

// TestPower holds subsampling against fresh studies of the same distribution.
func TestPower(t *testing.T) {
	const rounds, alpha, effect, scatter = 12, 0.05, 1.03, 0.03
	rng := newRand(2)
	fresh := Proportion{}
	for range 2000 {
		old, new := pairs(rng, rounds, effect, scatter, noise[0].draw)
		r := paired(t, old, new, 0.95)
		fresh.Add(r.P <= alpha && r.Est > 1)
	}
	old, new := pairs(rng, 3000, effect, scatter, noise[0].draw)
	sub, err := Power(old, new, rounds, alpha, 2000, rng)
	if err != nil {
		t.Fatal(err)
	}
	if !scalar.EqualWithinAbs(sub.Share(), fresh.Share(), 0.06) {
		t.Errorf("subsampling says %v, fresh studies %v", sub.Share(), fresh.Share())
	}
	// SmallestEffect is the same question the other way round.
	spread, err := Spread(old, new)
	if err != nil {
		t.Fatal(err)
	}
	if at := SmallestEffect(spread, rounds, alpha, sub.Share()); !scalar.EqualWithinAbs(at, effect, 0.005) {
		t.Errorf("with that power the smallest effect is %v, want %v", at, effect)
	}
	for _, n := range []int{0, len(old) + 1} {
		if _, err := Power(old, new, n, alpha, 1, rng); err == nil {
			t.Errorf("no error for %d rounds", n)
		}
	}
	if _, err := Power(old, new[1:], 5, alpha, 1, rng); err == nil {
		t.Error("no error for unequal lengths")
	}
}

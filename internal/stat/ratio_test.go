package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestPairedRatioCoverage counts how often the interval holds the true ratio. The
// paired interval is exact whatever the noise, as long as both sides have the same:
// it must cover as often as it says, neither less nor more.
func TestPairedRatioCoverage(t *testing.T) {
	const tries, truth = 4000, 1.07
	for _, of := range noise {
		for _, n := range []int{6, 10, 25} {
			rng := newRand(uint64(n))
			hits, confidence := 0, 0.0
			for range tries {
				old, new := pairs(rng, n, truth, 0.05, of.draw)
				r := paired(t, old, new, 0.95)
				confidence = r.Confidence
				if r.Lo <= truth && truth <= r.Hi {
					hits++
				}
			}
			if confidence < 0.95 || confidence > 0.97 {
				t.Errorf("n=%d: confidence %v", n, confidence)
			}
			checkShare(t, of.name, hits, tries, confidence)
		}
	}
}

// pairs draws rounds: a drift that both sides share, and noise of each.
func pairs(rng *rand.Rand, n int, ratio, scatter float64, draw func(*rand.Rand) float64) (old, new []float64) {
	old = costs(rng, n, 100, scatter, draw)
	new = costs(rng, n, 100*ratio, scatter, draw)
	for i := range old {
		drift := math.Exp(0.3 * rng.NormFloat64())
		old[i] *= drift
		new[i] *= drift
	}
	return old, new
}

// TestPairedRatioApproximate is coverage where the normal approximation has taken over.
func TestPairedRatioApproximate(t *testing.T) {
	const tries, truth = 1000, 0.9
	rng := newRand(8)
	hits := 0
	for range tries {
		old, new := pairs(rng, 80, truth, 0.05, noise[0].draw)
		if r := paired(t, old, new, 0.95); r.Lo <= truth && truth <= r.Hi {
			hits++
		}
	}
	checkShareIn(t, "n=80", hits, tries, 0.95, 0.952)
}

// TestPairedRatioTies: values rounded so coarsely that most pairs tie or are equal
// are covered at least as often as promised.
func TestPairedRatioTies(t *testing.T) {
	const tries = 4000
	rng := newRand(9)
	hits := 0
	for range tries {
		old, new := make([]float64, 10), make([]float64, 10)
		for i := range old {
			old[i], new[i] = math.Ldexp(1, rng.IntN(3)), math.Ldexp(1, rng.IntN(3))
		}
		if r := paired(t, old, new, 0.95); r.Lo <= 1 && 1 <= r.Hi {
			hits++
		}
	}
	checkShareIn(t, "coarse values", hits, tries, 0.951, 1)
}

func TestUnpairedRatioCoverage(t *testing.T) {
	const tries, truth = 3000, 1.2
	for _, of := range noise {
		for _, n := range [][2]int{{4, 4}, {10, 7}} {
			rng := newRand(uint64(n[0]))
			hits, confidence := 0, 0.0
			for range tries {
				r := unpaired(t, costs(rng, n[0], 5, 0.1, of.draw), costs(rng, n[1], 5*truth, 0.1, of.draw), 0.95)
				confidence = r.Confidence
				if r.Lo <= truth && truth <= r.Hi {
					hits++
				}
			}
			if confidence < 0.95 || confidence > 0.98 {
				t.Errorf("n=%v: confidence %v", n, confidence)
			}
			checkShare(t, of.name, hits, tries, confidence)
		}
	}
}

// TestRatioHoldsWhatTheTestKeeps: the interval is the set of ratios that the test does
// not reject. Near either end, in and out must agree with P.
func TestRatioHoldsWhatTheTestKeeps(t *testing.T) {
	rng := newRand(10)
	for range 100 {
		n := 6 + rng.IntN(10)
		old, new := pairs(rng, n, 1.05, 0.05, noise[0].draw)
		for name, compare := range map[string]func(*testing.T, []float64, []float64, float64) Ratio{"paired": paired, "unpaired": unpaired} {
			r := compare(t, old, new, 0.95)
			alpha := 1 - r.Confidence + 1e-12
			for _, at := range []float64{r.Lo * (1 - 1e-6), r.Lo * (1 + 1e-6), r.Hi * (1 - 1e-6), r.Hi * (1 + 1e-6)} {
				scaled := make([]float64, n)
				for i := range new {
					scaled[i] = new[i] / at
				}
				p := compare(t, old, scaled, 0.95).P
				if in := r.Lo <= at && at <= r.Hi; in != (p > alpha) {
					t.Errorf("%s: %v in [%v, %v] is %v, P is %v", name, at, r.Lo, r.Hi, in, p)
				}
			}
		}
	}
}

// TestRatioPublished: the estimate and the 96.1 % interval that Hollander & Wolfe
// (chapter 3) give for their depression scores, which serve here as logarithms.
func TestRatioPublished(t *testing.T) {
	exp := func(scores []float64) []float64 {
		var e []float64
		for _, v := range scores {
			e = append(e, math.Exp(v))
		}
		return e
	}
	r := paired(t, exp(depression.before), exp(depression.after), 0.96)
	for _, of := range []struct {
		name      string
		got, want float64
	}{
		{"estimate", math.Log(r.Est), -0.46},
		{"lower", math.Log(r.Lo), -0.786},
		{"upper", math.Log(r.Hi), -0.010},
		{"confidence", r.Confidence, 0.961},
		{"P", r.P, 0.039},
	} {
		if !scalar.EqualWithinAbs(of.got, of.want, 0.0006) {
			t.Errorf("%s %.4f, published %v", of.name, of.got, of.want)
		}
	}
}

// TestRatioSwapped: old/new is the inverse of new/old in every respect, and a common
// factor changes nothing.
func TestRatioSwapped(t *testing.T) {
	rng := newRand(11)
	close := func(a, b float64) bool { return scalar.EqualWithinRel(a, b, 1e-8) }
	for range 60 {
		old, new := pairs(rng, 1+rng.IntN(70), 2, 0.2, noise[2].draw)
		scaled := make([]float64, len(old))
		for i := range old {
			scaled[i] = 1024 * old[i]
		}
		for _, compare := range []func(*testing.T, []float64, []float64, float64) Ratio{paired, unpaired} {
			r, back, more := compare(t, old, new, 0.9), compare(t, new, old, 0.9).Inverse(), compare(t, scaled, new, 0.9)
			if !close(r.Est, back.Est) || !scalar.EqualWithinAbs(r.P, back.P, 1e-9) || r.Confidence != back.Confidence || r.Bounded() != back.Bounded() {
				t.Fatalf("%+v, swapped and inverted %+v", r, back)
			}
			if r.Bounded() && (!close(r.Lo, back.Lo) || !close(r.Hi, back.Hi)) {
				t.Fatalf("%+v, swapped and inverted %+v", r, back)
			}
			if !close(r.Est, 1024*more.Est) || r.Est < r.Lo || r.Est > r.Hi {
				t.Fatalf("%+v, scaled %+v", r, more)
			}
		}
	}
	if r := unpaired(t, []float64{1, 2, 3}, []float64{4, 5}, 0.9).Inverse(); r.N1 != 2 || r.N2 != 3 {
		t.Errorf("of two values over three: %+v", r)
	}
}

// TestRatioTooFew: no interval is made up. It is unbounded exactly where no outcome
// could have been significant.
func TestRatioTooFew(t *testing.T) {
	rng := newRand(12)
	for n := 1; n <= 14; n++ {
		old, new := pairs(rng, n, 3, 0.01, noise[0].draw)
		for _, confidence := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
			r := paired(t, old, new, confidence)
			checkBounded(t, r, n >= RoundsFor(1-confidence, 1), confidence)
			u := unpaired(t, old, new, confidence)
			checkBounded(t, u, SmallestPUnpaired(n, n) <= 1-confidence, confidence)
		}
	}
}

func checkBounded(t *testing.T, r Ratio, want bool, confidence float64) {
	t.Helper()
	if r.Bounded() != want || r.Confidence < confidence {
		t.Errorf("%+v: bounded is %v, want %v at %v", r, r.Bounded(), want, confidence)
	}
	if !want && (r.Lo != 0 || !math.IsInf(r.Hi, 1) || r.Confidence != 1) {
		t.Errorf("%+v: a bound is made up", r)
	}
}

func TestRatioEqualSamples(t *testing.T) {
	same := []float64{4, 4, 4, 4, 4, 4, 4, 4}
	for _, r := range []Ratio{paired(t, same, same, 0.95), unpaired(t, same, same, 0.95)} {
		if r.Est != 1 || r.Lo != 1 || r.Hi != 1 || r.P != 1 {
			t.Errorf("%+v", r)
		}
	}
}

// TestRatioManyRounds: 10⁵ rounds, whose 5·10⁹ Walsh averages would not fit in memory.
func TestRatioManyRounds(t *testing.T) {
	old, new := pairs(newRand(13), 100_000, 1.1, 0.1, noise[0].draw)
	if r := paired(t, old, new, 0.99); r.Lo > 1.1 || r.Hi < 1.1 || r.Hi/r.Lo > 1.01 {
		t.Errorf("%+v", r)
	}
}

func TestRatioBadInput(t *testing.T) {
	ok := []float64{1, 2, 3}
	bad := [][]float64{nil, {1, 2, 0}, {1, -2, 3}, {math.NaN(), 2, 3}, {1, 2, math.Inf(1)}}
	for _, compare := range []func(old, new []float64, confidence float64) (Ratio, error){PairedRatio, UnpairedRatio} {
		for _, b := range bad {
			if _, err := compare(ok, b, 0.95); err == nil {
				t.Errorf("no error for new %v", b)
			}
			if _, err := compare(b, ok, 0.95); err == nil {
				t.Errorf("no error for old %v", b)
			}
		}
		for _, confidence := range []float64{0, 1, 95, -1, math.NaN()} {
			if _, err := compare(ok, ok, confidence); err == nil {
				t.Errorf("no error for confidence %v", confidence)
			}
		}
	}
	if _, err := PairedRatio(ok, ok[:2], 0.95); err == nil {
		t.Error("no error for pairs of unequal length")
	}
	if _, err := Spread(ok, ok[:2]); err == nil {
		t.Error("no error for the spread of unequal lengths")
	}
}

// paired is PairedRatio for input that is right, and checks that it stays as it is.
func paired(t *testing.T, old, new []float64, confidence float64) Ratio {
	t.Helper()
	return checked(t, PairedRatio, old, new, confidence)
}

func unpaired(t *testing.T, old, new []float64, confidence float64) Ratio {
	t.Helper()
	return checked(t, UnpairedRatio, old, new, confidence)
}

func checked(t *testing.T, compare func(old, new []float64, confidence float64) (Ratio, error), old, new []float64, confidence float64) Ratio {
	t.Helper()
	before := slices.Concat(old, new)
	r, err := compare(old, new, confidence)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, slices.Concat(old, new)) {
		t.Fatal("the samples were changed")
	}
	return r
}

func TestHalfWidth(t *testing.T) {
	if got := (Ratio{Lo: 1 / 1.02, Hi: 1.02}).HalfWidth(); !scalar.EqualWithinAbs(got, 1.02, 1e-12) {
		t.Errorf("half-width %v", got)
	}
	if got := (Ratio{Lo: 0, Hi: math.Inf(1)}).HalfWidth(); !math.IsInf(got, 1) {
		t.Errorf("unbounded: %v", got)
	}
}

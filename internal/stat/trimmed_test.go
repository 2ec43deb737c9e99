package stat

import (
	"math"
	"testing"

	"github.com/aclements/go-moremath/stats"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestTrim: fewer than five values are kept whole, and of more a tenth at either end may be
// anything.
func TestTrim(t *testing.T) {
	if got, want := Trim([]float64{1, 2, 4, 9}, 0), (Trimmed{4, 38.0 / 3 / 4, 3}); got != want {
		t.Errorf("of four values %+v, want %+v", got, want)
	}
	if got, want := Trim([]float64{1, 2, 4, 9, -1e9}, 0), (Trimmed{7.0 / 3, 9.2 / 6, 2}); !scalar.EqualWithinRel(got.Mean, want.Mean, 1e-15) || !scalar.EqualWithinRel(got.Variance, want.Variance, 1e-15) || got.DF != want.DF {
		t.Errorf("of five values %+v, want %+v", got, want)
	}
	calm, wild := []float64{3, 1, 2, 5, 4, 6, 8, 7, 10, 9}, []float64{3, -1e9, 2, 5, 4, 6, 8, 7, 1e9, 9}
	if a, b := Trim(calm, 0), Trim(wild, 0); a != b || a.Mean != 5.5 || a.DF != 7 {
		t.Errorf("of ten values %+v, with two of them far off %+v", a, b)
	}
	if got := Trim([]float64{2, 2, 2}, 0.3); !scalar.EqualWithinAbs(got.Variance, 0.03, 1e-15) {
		t.Errorf("three equal values have variance %v, want that of the grain, 0.03", got.Variance)
	}
	if got := Trim([]float64{2}, 0.3); !math.IsNaN(got.Variance) {
		t.Errorf("one value has variance %v, want NaN", got.Variance)
	}
}

// TestWelchAsMoremath: where nothing is trimmed, p is that of the t-test which benchstat
// once had, or that of Student's where it is more cautious.
func TestWelchAsMoremath(t *testing.T) {
	rng := newRand(3)
	for range 100 {
		a, b := make([]float64, 2+rng.IntN(3)), make([]float64, 2+rng.IntN(3))
		for i := range a {
			a[i] = rng.NormFloat64()
		}
		for i := range b {
			b[i] = 1 + 3*rng.NormFloat64()
		}
		want, err := stats.TwoSampleWelchTTest(&stats.Sample{Xs: a}, &stats.Sample{Xs: b}, stats.LocationDiffers)
		if err != nil {
			t.Fatal(err)
		}
		ta, tb := Trim(a, 0), Trim(b, 0)
		se, df := Welch(ta, tb)
		at := (ta.Mean - tb.Mean) / se
		if !scalar.EqualWithinRel(df, want.DoF, 1e-9) || !scalar.EqualWithinRel(at, want.T, 1e-9) {
			t.Errorf("%v and %v: t %v with %v degrees of freedom, want %v with %v", a, b, at, df, want.T, want.DoF)
		}
		students, err := stats.TwoSampleTTest(&stats.Sample{Xs: a}, &stats.Sample{Xs: b}, stats.LocationDiffers)
		if err != nil {
			t.Fatal(err)
		}
		larger, same := Cautious(ta, tb)
		if larger = larger / max(se, (ta.Mean-tb.Mean)/students.T); !scalar.EqualWithinAbs(larger, 1, 1e-9) || same != df {
			t.Errorf("%v and %v: the cautious error is %v times the larger one, with %v degrees of freedom, want %v", a, b, larger, same, df)
		}
	}
}

// TestWelchCovers: an interval of 95 % misses a difference of zero hardly more than once in
// twenty times, of trimmed means of ten values, of noise with spikes too and where one side
// is five times as noisy.
func TestWelchCovers(t *testing.T) {
	const tries = 4000
	rng := newRand(4)
	for _, n := range noise {
		if n.name == "exponential" {
			continue // lopsided: the trimmed mean is another quantity if one side is noisier
		}
		for _, wider := range []float64{1, 5} {
			missed := 0
			for range tries {
				a, b := make([]float64, 10), make([]float64, 10)
				for i := range a {
					a[i], b[i] = n.draw(rng), wider*n.draw(rng)
				}
				ta, tb := Trim(a, 0), Trim(b, 0)
				se, df := Welch(ta, tb)
				if reach := se * (distuv.StudentsT{Sigma: 1, Nu: df}).Quantile(0.975); !scalar.EqualWithinAbs(ta.Mean, tb.Mean, reach) {
					missed++
				}
			}
			t.Logf("%s, one side %g times as noisy: missed in %d of %d", n.name, wider, missed, tries)
			if missed > tries*8/100 {
				t.Errorf("%s, one side %g times as noisy: missed in %d of %d, want 5 %%", n.name, wider, missed, tries)
			}
		}
	}
}

// TestCautious: what is now fast and now ten times slower is not called changed where eight
// rounds happened to see it almost only fast.
func TestCautious(t *testing.T) {
	const tries = 40_000
	rng := newRand(9)
	run := func(rounds int) Trimmed {
		logs := make([]float64, rounds)
		for i := range logs {
			logs[i] = 0.1 * rng.NormFloat64()
			if rng.Float64() < 0.4 {
				logs[i] += math.Log(10)
			}
		}
		return Trim(logs, 0)
	}
	beyond := func(at, se, df float64) bool {
		return math.Abs(at) > se*distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(1-5e-5)
	}
	own, shared := 0, 0
	for range tries {
		a, b := run(8), run(24)
		if se, df := Welch(a, b); beyond(b.Mean-a.Mean, se, df) {
			own++
		}
		if se, df := Cautious(a, b); beyond(b.Mean-a.Mean, se, df) {
			shared++
		}
	}
	t.Logf("called changed at 1e-4: %d of %d, %d by the noise of each run alone", shared, tries, own)
	if shared > 5*tries/10_000 {
		t.Errorf("%d of %d called changed at 1e-4", shared, tries)
	}
}

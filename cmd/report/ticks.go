package main

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// logTicks labels a log axis at 1-2-5 steps, or finer within a decade, or coarser
// over many. gonum's own has no label at all if no power of ten is in range.
type logTicks struct {
	label labels
	most  int // labels that fit
}

// labels spell values.
type labels func(float64) string

// power is 10^e, or with labels in bytes the nearest round number of them: 10 KiB for
// 10⁴.
func (l labels) power(e int) float64 {
	if !l.bytes() || e < 0 {
		return math.Pow10(e)
	}
	return math.Pow10(e%3) * math.Pow(1024, float64(e/3))
}

func (l labels) bytes() bool { return strings.HasSuffix(l(1), " B") }

// steps within a decade, finest first.
var steps = [...][]float64{
	{1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9},
	{1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8},
	{1, 1.5, 2, 3, 4, 5, 7},
	{1, 2, 5},
	{1, 3},
	{1},
}

// Ticks implements plot.Ticker.
func (t logTicks) Ticks(min, max float64) []plot.Tick {
	for _, step := range steps {
		if ticks := t.every(min, max, step, 1); t.fit(ticks, min, max) {
			return ticks
		}
	}
	for decades := 2; ; decades++ {
		if ticks := t.every(min, max, steps[len(steps)-1], decades); t.fit(ticks, min, max) {
			return ticks
		}
	}
}

// fit reports whether the labels are few enough, and no two nearer than if they
// were so many and even: 1-2-5 steps are not.
func (t logTicks) fit(ticks []plot.Tick, min, max float64) bool {
	for i := 1; i < len(ticks); i++ {
		if stretch(ticks[i-1].Value, ticks[i].Value) < stretch(min, max)/float64(t.most) {
			return false
		}
	}
	return len(ticks) <= t.most
}

func (t logTicks) every(min, max float64, step []float64, decades int) (ticks []plot.Tick) {
	const slack = 1e-9
	first, last := int(math.Floor(math.Log10(min))), int(math.Ceil(math.Log10(max)))
	for e := first; e <= last; e++ {
		if e%decades != 0 {
			continue
		}
		for _, s := range step {
			if v := s * t.label.power(e); min*(1-slack) <= v && v <= max*(1+slack) {
				ticks = append(ticks, plot.Tick{Value: v, Label: t.label(v)})
			}
		}
	}
	return ticks
}

// linearTicks labels a linear axis at steps of 1, 2 or 5 times a power of ten.
type linearTicks struct {
	label labels
	most  int
}

// Ticks implements plot.Ticker.
func (t linearTicks) Ticks(min, max float64) (ticks []plot.Tick) {
	if t.label.bytes() && max >= 1024 {
		in := math.Pow(1024, math.Floor(math.Log2(max)/10))
		ticks = linearTicks{func(v float64) string { return t.label(v * in) }, t.most}.Ticks(min/in, max/in)
		for i := range ticks {
			ticks[i].Value *= in
		}
		return ticks
	}
	step := math.Pow10(int(math.Floor(math.Log10((max - min) / float64(t.most)))))
	for _, by := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if (max-min)/step < float64(t.most) {
			break
		}
		step *= by
	}
	for i := int(math.Ceil(min/step - 1e-9)); float64(i)*step <= max*(1+1e-9); i++ {
		ticks = append(ticks, plot.Tick{Value: float64(i) * step, Label: t.label(float64(i) * step)})
	}
	return ticks
}

// countTicks are a mark for each of ascending numbers on a log axis, with a label where there is
// room for it, if so many fit.
func countTicks(numbers []int, min, max float64, most int) (ticks []plot.Tick) {
	labelled := 0.0
	for _, n := range numbers {
		t := plot.Tick{Value: float64(n)}
		if labelled == 0 || stretch(labelled, t.Value) >= stretch(min, max)/float64(most) {
			t.Label, labelled = strconv.Itoa(n), t.Value
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// valueAxis sets an axis up for positive values: logarithmic if they spread over
// more than five times, else linear from 0.
func valueAxis(a *plot.Axis, lo, hi float64, label func(float64) string, most int) {
	if !(lo > 0 && hi >= lo) { // nothing positive was seen
		lo, hi = 1, 1
	}
	if hi > 5*lo {
		a.Min, a.Max = widened(lo, hi, 0.04*stretch(lo, hi))
		a.Scale = plot.LogScale{}
		a.Tick.Marker = logTicks{label, most}
		return
	}
	a.Min, a.Max = 0, hi*1.05
	a.Tick.Marker = linearTicks{label, most}
}

// stretch is the length of a range on a log axis. Not the log of hi/lo: from 1e-9 to 1e300
// that is infinite.
func stretch(lo, hi float64) float64 { return math.Log(hi) - math.Log(lo) }

// widened is a range on a log axis with so much room at either end, as far as there are
// numbers.
func widened(lo, hi, room float64) (min, max float64) {
	pad := math.Exp(room)
	return math.Max(lo/pad, math.SmallestNonzeroFloat64), math.Min(hi*pad, math.MaxFloat64)
}

// extent is the range of values seen.
type extent struct{ lo, hi float64 }

func newExtent() extent { return extent{math.Inf(1), math.Inf(-1)} }

// add takes a value in; those that no axis can show are ignored.
func (e *extent) add(values ...float64) {
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 1) {
			e.lo, e.hi = min(e.lo, v), max(e.hi, v)
		}
	}
}

package main

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"crossover/cmd/report/internal/spell"
)

// TestByteTicks: sizes are labelled at round numbers of KiB and MiB, others at powers of
// ten.
func TestByteTicks(t *testing.T) {
	for _, tt := range []struct {
		ticker   plot.Ticker
		min, max float64
		want     string
	}{
		{logTicks{spell.TickBytes, 6}, 5e3, 2e7, "10 KiB 100 KiB 1 MiB 10 MiB"},
		{logTicks{spell.TickBytes, 6}, 2, 300, "3 B 10 B 30 B 100 B 300 B"},
		{linearTicks{spell.TickBytes, 6}, 2000, 2800, "2 KiB 2.2 KiB 2.4 KiB 2.6 KiB"},
		{linearTicks{spell.TickBytes, 6}, 0, 900, "0 B 200 B 400 B 600 B 800 B"},
		{logTicks{spell.TickDuration, 6}, 1e-8, 2e-5, "10 ns 100 ns 1 µs 10 µs"},
		{logTicks{perSecond, 3}, 1e-300, 1e300, "1e-200 1 1e+191 G"},
	} {
		var got []string
		for _, tick := range tt.ticker.Ticks(tt.min, tt.max) {
			got = append(got, tick.Label)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%v to %v: %q, want %q", tt.min, tt.max, got, tt.want)
		}
	}
}

// TestAxisOfAllNumbers: a range whose ends have no finite ratio has an axis too.
func TestAxisOfAllNumbers(t *testing.T) {
	for _, tt := range [][2]float64{{1e-12, 1e300}, {math.SmallestNonzeroFloat64, math.MaxFloat64}, {1, math.MaxFloat64}} {
		var a plot.Axis
		valueAxis(&a, tt[0], tt[1], perSecond, 6)
		if !(0 < a.Min && a.Min <= tt[0]) || !(tt[1] <= a.Max && a.Max <= math.MaxFloat64) {
			t.Errorf("%v: from %v to %v", tt, a.Min, a.Max)
		}
		if n := len(a.Tick.Marker.Ticks(a.Min, a.Max)); n < 2 || n > 6 {
			t.Errorf("%v: %d ticks", tt, n)
		}
	}
}

// TestTitlesAreCut: a word that is wider than the chart ends with an ellipsis.
func TestTitlesAreCut(t *testing.T) {
	const width = 400
	for _, title := range []string{strings.Repeat("x", 300), "short " + strings.Repeat("yz", 200) + " end", "a b c"} {
		got := wrapTo(titleStyle, title, width)
		for _, line := range got {
			if w := titleStyle.Width(line); w > width {
				t.Errorf("%.20s…: a line is %v wide: %s", title, w, line)
			}
		}
		if cut := strings.Contains(strings.Join(got, " "), "…"); cut != (len(title) > 100) {
			t.Errorf("%.20s…: %q", title, got)
		}
	}
}

// TestCountTicks: on a machine with many CPUs there is a mark for each number, and no label
// upon another.
func TestCountTicks(t *testing.T) {
	for _, tt := range []struct {
		numbers []int
		most    int
		want    string
	}{
		{[]int{1, 2, 4}, 8, "1 2 4"},
		{[]int{1, 2, 4, 8, 12, 24}, 8, "1 2 4 8  24"},
		{[]int{1, 2, 4, 8, 16, 32, 64, 96, 128, 192}, 8, "1  4  16  64   192"},
	} {
		var got []string
		for _, tick := range countTicks(tt.numbers, 0.8, 1.25*float64(tt.numbers[len(tt.numbers)-1]), tt.most) {
			got = append(got, tick.Label)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%v: %q, want %q", tt.numbers, strings.Join(got, " "), tt.want)
		}
	}
}

package spell

import (
	"math"
	"strings"
	"testing"

	"crossover/internal/stat"
)

func TestPlural(t *testing.T) {
	for word, want := range map[string]string{"task": "tasks", "entry": "entries", "day": "days", "message or round trip": "messages or round trips"} {
		if got := Plural(word); got != want {
			t.Errorf("%s: %s", word, got)
		}
		if got := Numbered(1, want); got != word && !strings.Contains(word, " ") {
			t.Errorf("1 of %s: %s", want, got)
		}
		if got := Numbered(2, want); got != want {
			t.Errorf("2 of %s: %s", want, got)
		}
	}
}

// TestFactor: a ratio of any size is short, and no column of them takes the plot's place.
func TestFactor(t *testing.T) {
	for r, want := range map[float64]string{
		1e300: "1e+300×", 12345678: "1.2e+07×", 5e5: "500000×", math.Inf(1): "∞×",
		52.4: "52×", 5.24: "5.2×", 1.994: "1.99×", 1.996: "2.0×", 0.5: "0.50×", 0.0123: "0.012×",
	} {
		if got := Factor(r); got != want {
			t.Errorf("%g is %s, want %s", r, got, want)
		}
	}
}

// TestQuantity: three digits, in the unit that people would choose.
func TestQuantity(t *testing.T) {
	for _, tt := range []struct {
		value      float64
		unit, want string
	}{
		{0, "sec/op", "0 ns"},
		{1.234e-7, "sec/op", "123 ns"},
		{9.996e-7, "sec/op", "1.00 µs"},
		{0.0123, "p99-sec", "12.3 ms"},
		{12, "sec/op", "12.0 s"},
		{1536, "B/op", "1.50 KiB"},
		{5 << 40, "peak-heap-bytes", "5120 GiB"},
		{1536, "allocs/op", "1536"},
		{1e18, "items", "1e+18"},
		{0.0012345, "items", "0.00123"},
	} {
		if got := Quantity(tt.value, tt.unit); got != tt.want {
			t.Errorf("%g %s is %s, want %s", tt.value, tt.unit, got, tt.want)
		}
	}
}

func TestUnit(t *testing.T) {
	for unit, want := range map[string]string{
		"sec/op": "time", "p99-sec": "p99 latency", "max-sec": "longest latency", "depth50pct-items": "depth at 50 %",
		"peak-heap-bytes": "peak heap", "B/s": "B per s", "allocs/op": "allocations", "goodput-ratio": "goodput",
	} {
		if got := Unit(unit); got != want {
			t.Errorf("%s is %s, want %s", unit, got, want)
		}
	}
}

// TestIntervals: of a ratio with bounds, with bounds that are as good as equal, and without.
func TestIntervals(t *testing.T) {
	for _, tt := range []struct {
		lo, hi                float64
		interval, uncertainty string
	}{
		{0.9, 1.1, "0.90–1.10", "±11 %"},
		{1.001, 1.002, "1.00", "±1 %"},
		{0.5, 8, "0.50–8.0", "to a factor of 4.0"},
		{0, math.Inf(1), "no interval: too few rounds", "too few rounds"},
	} {
		r := stat.Ratio{Est: 1, Lo: tt.lo, Hi: tt.hi}
		if got := Interval(r); got != tt.interval {
			t.Errorf("%g to %g is %s, want %s", tt.lo, tt.hi, got, tt.interval)
		}
		if got := Uncertainty(r); got != tt.uncertainty {
			t.Errorf("%g to %g is %s, want %s", tt.lo, tt.hi, got, tt.uncertainty)
		}
	}
}

func TestLists(t *testing.T) {
	five := strings.Fields("a b c d e")
	for n, want := range []string{"", "a", "a and b", "a, b and c", "a, b, c and d"} {
		if got := List(five[:n]); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
		if got := Some(five[:n]); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := Some(five); got != "a, b, c and 2 more" {
		t.Errorf("5: %s", got)
	}
	for text, want := range map[string]string{"": "", "über": "Über", "1 cell": "1 cell", "\xff": "\xff"} {
		if got := Sentence(text); got != want {
			t.Errorf("%q begins %q, want %q", text, got, want)
		}
	}
	for p, want := range map[float64]string{math.NaN(): "–", 0: "<0.001", 0.0123: "0.012", 1: "1.000"} {
		if got := P(p); got != want {
			t.Errorf("p=%g is %s, want %s", p, got, want)
		}
	}
}

func TestUnder(t *testing.T) {
	for _, x := range []struct{ heading, title, want string }{
		{"pool", "tiny tasks", "pool: tiny tasks"},
		{"Encode", "Encode", "Encode"},
		{"Encode", "Encode, across CPUs", "Encode, across CPUs"},
		{"Encode", "Encoder", "Encode: Encoder"},
		{"pool", "", "pool: "},
	} {
		if got := Under(x.heading, x.title); got != x.want {
			t.Errorf("%q under %q: %q, want %q", x.title, x.heading, got, x.want)
		}
	}
}

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"crossover/internal/catalog"
	"crossover/internal/stat"
)

// duration spells seconds as ns, µs, ms or s with three digits.
func duration(seconds float64) string {
	unit, scale := "s", 1.0
	switch {
	case seconds == 0:
		return "0 ns"
	case seconds < 999.5e-9:
		unit, scale = "ns", 1e9
	case seconds < 999.5e-6:
		unit, scale = "µs", 1e6
	case seconds < 0.9995:
		unit, scale = "ms", 1e3
	}
	return digits(seconds*scale) + " " + unit
}

// digits spells x with three significant digits, and no exponent unless people would
// have to count zeros.
func digits(x float64) string {
	switch a := math.Abs(x); {
	case a >= 1e15:
		return strconv.FormatFloat(x, 'g', 3, 64)
	case a >= 99.95 || a == 0:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case a >= 0.9995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// short is digits without trailing zeros, for ticks and places on an axis.
func short(x float64) string {
	s := digits(x)
	if strings.Contains(s, ".") && !strings.Contains(s, "e") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// tickDuration is duration without trailing zeros.
func tickDuration(seconds float64) string { return trimmed(duration(seconds)) }

// trimmed is a number and its unit without trailing zeros.
func trimmed(quantity string) string {
	number, unit, _ := strings.Cut(quantity, " ")
	if x, err := strconv.ParseFloat(number, 64); err == nil {
		number = short(x)
	}
	return number + " " + unit
}

// isTime reports whether values of a tidied unit are seconds: sec/op, p99-sec.
func isTime(unit string) bool {
	over, _, _ := strings.Cut(unit, "/")
	return over == "sec" || strings.HasSuffix(over, "-sec")
}

// isRate reports whether values of a unit are so many a second: B/s, req/sec.
func isRate(unit string) bool {
	return strings.HasSuffix(unit, "/s") || strings.HasSuffix(unit, "/sec")
}

// isClocked reports whether values of a unit come from a clock: times and rates.
func isClocked(unit string) bool { return isTime(unit) || isRate(unit) }

// isBytes reports whether values of a unit are bytes: B/op, peak-heap-bytes.
func isBytes(unit string) bool {
	over, _, _ := strings.Cut(unit, "/")
	return over == "B" || strings.HasSuffix(over, "-B") || strings.HasSuffix(over, "bytes")
}

// quantityOf spells a value of a tidied unit.
func quantityOf(value float64, unit string) string {
	switch {
	case isTime(unit):
		return duration(value)
	case isBytes(unit):
		return size(value)
	}
	return digits(value)
}

// size spells bytes.
func size(bytes float64) string {
	units := []string{"B", "KiB", "MiB", "GiB"}
	i := 0
	for ; bytes >= 1024 && i < len(units)-1; i++ {
		bytes /= 1024
	}
	return digits(bytes) + " " + units[i]
}

// tickBytes is size without trailing zeros.
func tickBytes(bytes float64) string { return trimmed(size(bytes)) }

// unitName is the tidied unit as people know it.
func unitName(unit string) string {
	switch unit {
	case "sec/op":
		return "time"
	case "cpu-sec/op":
		return "CPU time"
	case "B/op":
		return "memory per op"
	case "allocs/op":
		return "allocations"
	case "max-sec":
		return "longest latency"
	case "offered-sec/op":
		return "between arrivals"
	case "timer-sec/op":
		return "timer"
	}
	if percent, ok := strings.CutSuffix(unit, "pct-items"); ok && strings.HasPrefix(percent, "depth") {
		return "depth at " + strings.TrimPrefix(percent, "depth") + " %" // of the time
	}
	if p, ok := strings.CutSuffix(unit, "-sec"); ok && strings.HasPrefix(p, "p") {
		return p + " latency"
	}
	for _, ending := range []string{"-bytes", "-items", "-ratio", "-sec"} {
		unit = strings.Replace(unit, ending, "", 1)
	}
	return strings.ReplaceAll(strings.ReplaceAll(unit, "-", " "), "/", " per ")
}

// onAxis spells a place on an axis.
func onAxis(x float64, a catalog.Axis) string {
	switch {
	case ofRates(a):
		return perSecond(x)
	case a.Unit == "ns":
		return tickDuration(x * 1e-9)
	case a.Unit == "B":
		return tickBytes(x)
	case a.Unit == "":
		return short(x)
	}
	return short(x) + " " + numbered(x, a.Unit)
}

// amount is onAxis with what it is an amount of: "4.1 µs of CPU per task", "64 workers".
func amount(x float64, a catalog.Axis) string {
	if a.Unit == "" {
		return onAxis(x, a) + " " + numbered(x, a.Title)
	}
	return onAxis(x, a) + " of " + a.Title
}

// factor spells a ratio: 1.08×, 5.2×, 52×.
func factor(r float64) string { return plainFactor(r) + "×" }

func plainFactor(r float64) string {
	switch {
	case math.IsInf(r, 1):
		return "∞"
	case r >= 1e6: // nobody counts so many digits
		return strconv.FormatFloat(r, 'g', 2, 64)
	case r >= 9.95:
		return strconv.FormatFloat(r, 'f', 0, 64)
	case r >= 1.995:
		return strconv.FormatFloat(r, 'f', 1, 64)
	case r >= 0.0995:
		return strconv.FormatFloat(r, 'f', 2, 64)
	}
	return strconv.FormatFloat(r, 'g', 2, 64)
}

// interval spells the bounds of a ratio, or that there are none.
func interval(r stat.Ratio) string {
	if !r.Bounded() {
		return "no interval: too few rounds"
	}
	lo, hi := plainFactor(r.Lo), plainFactor(r.Hi)
	if lo == hi {
		return lo
	}
	return lo + "–" + hi
}

// inverse is the ratio seen from the other side.
func inverse(r stat.Ratio) stat.Ratio {
	r.Est, r.Lo, r.Hi = 1/r.Est, 1/r.Hi, 1/r.Lo
	r.N1, r.N2 = r.N2, r.N1
	return r
}

// uncertainty is the half-width of a ratio's interval as a percentage.
func uncertainty(r stat.Ratio) string {
	if !r.Bounded() {
		return "too few rounds"
	}
	half := math.Sqrt(r.Hi / r.Lo)
	if half > 2 {
		return "to a factor of " + plainFactor(half)
	}
	return fmt.Sprintf("±%.0f %%", math.Max(1, 100*(half-1)))
}

// pvalue spells a probability.
func pvalue(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.001:
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// list joins words as in a sentence.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// some is list, cut short where there are many.
func some(words []string) string {
	const many = 4
	if len(words) > many {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:many-1], ", "), len(words)-many+1)
	}
	return list(words)
}

// numbered is words, a plural, as it stands behind x: 1 worker, 16 workers.
func numbered(x float64, words string) string {
	if x != 1 || strings.Contains(words, " ") {
		return words
	}
	if stem, ok := strings.CutSuffix(words, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(words, "s")
}

// plural is of what a pattern counts: tasks, entries, messages or round trips.
func plural(word string) string {
	if one, other, ok := strings.Cut(word, " or "); ok {
		return plural(one) + " or " + plural(other)
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "o") {
		return stem + "ies"
	}
	return word + "s"
}

// sentence makes the first letter a capital.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

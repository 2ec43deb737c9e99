// Package spell puts numbers, ratios and lists into the words that people read.
package spell

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// Duration spells seconds as ns, µs, ms or s with three digits.
func Duration(seconds float64) string {
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

// Short is digits without trailing zeros, for ticks and places on an axis.
func Short(x float64) string {
	s := digits(x)
	if strings.Contains(s, ".") && !strings.Contains(s, "e") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// TickDuration is duration without trailing zeros.
func TickDuration(seconds float64) string { return trimmed(Duration(seconds)) }

// trimmed is a number and its unit without trailing zeros.
func trimmed(quantity string) string {
	number, unit, _ := strings.Cut(quantity, " ")
	if x, err := strconv.ParseFloat(number, 64); err == nil {
		number = Short(x)
	}
	return number + " " + unit
}

// Quantity spells a value of a tidied unit.
func Quantity(value float64, unit string) string {
	switch {
	case study.IsTime(unit):
		return Duration(value)
	case study.IsBytes(unit):
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

// TickBytes is size without trailing zeros.
func TickBytes(bytes float64) string { return trimmed(size(bytes)) }

// Unit is the tidied unit as people know it.
func Unit(unit string) string {
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

// Factor spells a ratio: 1.08×, 5.2×, 52×.
func Factor(r float64) string { return PlainFactor(r) + "×" }

// PlainFactor is Factor without the sign.
func PlainFactor(r float64) string {
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

// Interval spells the bounds of a ratio, or that there are none.
func Interval(r stat.Ratio) string {
	if !r.Bounded() {
		return "no interval: too few rounds"
	}
	lo, hi := PlainFactor(r.Lo), PlainFactor(r.Hi)
	if lo == hi {
		return lo
	}
	return lo + "–" + hi
}

// Uncertainty is the half-width of a ratio's interval as a percentage.
func Uncertainty(r stat.Ratio) string {
	if !r.Bounded() {
		return "too few rounds"
	}
	half := math.Sqrt(r.Hi / r.Lo)
	if half > 2 {
		return "to a factor of " + PlainFactor(half)
	}
	return fmt.Sprintf("±%.0f %%", math.Max(1, 100*(half-1)))
}

// P spells a probability.
func P(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.001:
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// Count is so many of what noun says: 1 cell, 3 cells.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// List joins words as in a sentence.
func List(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// Some is list, cut short where there are many.
func Some(words []string) string {
	const many = 4
	if len(words) > many {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:many-1], ", "), len(words)-many+1)
	}
	return List(words)
}

// Numbered is words, a plural, as it stands behind x: 1 worker, 16 workers.
func Numbered(x float64, words string) string {
	if x != 1 || strings.Contains(words, " ") {
		return words
	}
	if stem, ok := strings.CutSuffix(words, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(words, "s")
}

// Plural is of what a pattern counts: tasks, entries, messages or round trips.
func Plural(word string) string {
	if one, other, ok := strings.Cut(word, " or "); ok {
		return Plural(one) + " or " + Plural(other)
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "o") {
		return stem + "ies"
	}
	return word + "s"
}

// Sentence makes the first letter a capital.
func Sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// Under is a title under a heading, which it may begin with itself: "pool: tiny tasks", but
// "Encode, 2 CPUs" and not "Encode: Encode, 2 CPUs".
func Under(heading, title string) string {
	if rest, ok := strings.CutPrefix(title, heading); ok {
		if next, _ := utf8.DecodeRuneInString(rest); rest == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return title
		}
	}
	return heading + ": " + title
}

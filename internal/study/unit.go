package study

import (
	"strings"

	"golang.org/x/perf/benchfmt"
)

// IsTime reports whether values of a tidied unit are seconds: sec/op, p99-sec.
func IsTime(unit string) bool {
	over, _, _ := strings.Cut(unit, "/")
	return over == "sec" || strings.HasSuffix(over, "-sec")
}

// IsRate reports whether values of a unit are so many a second: B/s, req/sec.
func IsRate(unit string) bool {
	return strings.HasSuffix(unit, "/s") || strings.HasSuffix(unit, "/sec")
}

// IsClocked reports whether values of a unit come from a clock: times and rates.
func IsClocked(unit string) bool { return IsTime(unit) || IsRate(unit) }

// IsBytes reports whether values of a unit are bytes: B/op, peak-heap-bytes.
func IsBytes(unit string) bool {
	over, _, _ := strings.Cut(unit, "/")
	return over == "B" || strings.HasSuffix(over, "-B") || strings.HasSuffix(over, "bytes")
}

// Direction says whether more of a unit is better (+1) or worse (−1); 0 if nobody
// said so.
func Direction(units benchfmt.UnitMetadataMap, unit string) int {
	if d := units.GetBetter(unit); d != 0 {
		return d
	}
	if IsTime(unit) {
		return -1
	}
	return 0
}

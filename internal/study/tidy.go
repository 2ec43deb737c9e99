package study

import (
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
)

// Tidy brings a value that benchfmt read into the tidy unit, and keeps it as it was printed
// in OrigValue and OrigUnit. Benchfmt does so itself, but leaves 0 and infinities in the
// unit they came in, so that they would not stand with their fellows.
func Tidy(v benchfmt.Value) benchfmt.Value {
	if v.OrigUnit != "" {
		return v
	}
	t := benchfmt.Value{OrigValue: v.Value, OrigUnit: v.Unit}
	t.Value, t.Unit = benchunit.Tidy(v.Value, v.Unit)
	return t
}

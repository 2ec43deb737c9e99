package study_test

import (
	"math"
	"testing"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

func TestTidy(t *testing.T) {
	tidied := benchfmt.Value{Value: 1e-9, Unit: "sec/op", OrigValue: 1, OrigUnit: "ns/op"}
	for _, test := range []struct{ of, want benchfmt.Value }{
		{tidied, tidied},
		{benchfmt.Value{Unit: "ns/op"}, benchfmt.Value{Unit: "sec/op", OrigUnit: "ns/op"}},
		{benchfmt.Value{Value: math.Inf(1), Unit: "ns/op"}, benchfmt.Value{Value: math.Inf(1), Unit: "sec/op", OrigValue: math.Inf(1), OrigUnit: "ns/op"}},
		{benchfmt.Value{Value: 7, Unit: "items"}, benchfmt.Value{Value: 7, Unit: "items", OrigValue: 7, OrigUnit: "items"}},
	} {
		if got := study.Tidy(test.of); got != test.want {
			t.Errorf("Tidy(%+v) = %+v, want %+v", test.of, got, test.want)
		}
	}
}

package results

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchfmt"
)

// DropInfinite removes values that are no finite number: moremath's test never ends
// on a NaN.
func DropInfinite(r *benchfmt.Result) error {
	return dropValues(r, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// dropNegative removes what nothing can cost.
func dropNegative(r *benchfmt.Result) error {
	return dropValues(r, func(v float64) bool { return v < 0 })
}

func dropValues(r *benchfmt.Result, bad func(float64) bool) (err error) {
	kept := r.Values[:0]
	for _, v := range r.Values {
		if bad(v.Value) {
			err = fmt.Errorf("%s of Benchmark%s is %v: left out", v.Unit, r.Name, v.Value)
			continue
		}
		kept = append(kept, v)
	}
	r.Values = kept
	return err
}

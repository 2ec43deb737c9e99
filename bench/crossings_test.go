package bench

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"crossover/internal/catalog"
)

// TestCrossings holds what the full grid has to have: of each pattern the axes that are
// crossed with one another, with a case for each combination of their values.
func TestCrossings(t *testing.T) {
	full := Default(Full)
	for _, want := range []struct{ pattern, axes string }{
		{"lifecycle", "as=goroutine,thread,process end=ask,crash parallel=1,4,16"},
		{"lifecycle", "as=goroutine,thread,process end=ask,crash memory=0,268435456"},
		{"lifecycle", "as=goroutine,thread,process end=ask,crash files=0,1000"},
		{"lifecycle", "as=process end=kill parallel=1,4,16"},
		{"lifecycle", "as=process end=kill memory=0,268435456"},
		{"lifecycle", "as=process end=kill files=0,1000"},
		{"barrier", "as=goroutine,thread,process late=none,one parties=2,4,8"},
		{"lock", "as=goroutine,thread,process cs=0ns,100ns,1us"},
		{"lock", "as=goroutine,process cs=1us parties=2,4,8"},
		{"lock", "as=goroutine,process reads=0,90,99"},
		{"lock", "as=goroutine,thread,process timed=yes parties=2,4,8"},
		{"pool", "as=goroutine,thread,process task=0ns,1us,10us,100us,1ms"},
		{"pool", "as=goroutine,process results=map,ordered,unordered"},
		{"pool", "as=goroutine,process crash=none,error.1in50,1in50 task=1ms"},
		{"pool", "as=goroutine,process payload=0,64,1024,8192,65536 tasks=100x"},
		{"pool", "as=goroutine,process stack=0,2048,8192,32768,131072"},
		{"pool", "as=goroutine,process neighbour=100us task=1us,10us,100us,1ms"},
		{"state", "as=goroutine reads=50,99 callers=1,4,16"},
		{"state", "as=goroutine work=0ns,10us callers=1,4,16"},
		{"state", "as=thread,process callers=1,4,16"},
		{"spawn", "as=goroutine until=joined,running workers=100,1000,10000,100000,1000000"},
		{"spawn", "as=thread,process until=joined,running workers=10,100,1000"},
		{"pipe", "as=goroutine,process shape=roundtrip,stream size=1,64,4096,65536,1048576"},
		{"pipe", "as=thread shape=roundtrip,stream size=64,65536"},
	} {
		p := full.pattern(want.pattern)
		cases := p.cases(Full)
		for _, keys := range crossed(want.axes) {
			if !slices.ContainsFunc(p.entrants, func(e entrant) bool { return string(e.as) == keys["as"] }) {
				continue // not on this platform
			}
			if !slices.ContainsFunc(cases, func(c catalog.Case) bool { return within(keys, c.Keys) }) {
				t.Errorf("%s: no case with %v", want.pattern, keys)
			}
		}
	}
}

// crossed is each combination of a value for every key.
func crossed(axes string) []map[string]string {
	all := []map[string]string{{}}
	for axis := range strings.FieldsSeq(axes) {
		key, values, _ := strings.Cut(axis, "=")
		var more []map[string]string
		for value := range strings.SplitSeq(values, ",") {
			for _, keys := range all {
				more = append(more, with(maps.Clone(keys), key, value))
			}
		}
		all = more
	}
	return all
}

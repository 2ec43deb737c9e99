package bench

import (
	"testing"

	"crossover/patterns/role"
)

// Those that the name says are stopped at once are, in samples of processes too, whose
// number is bounded.
func TestStopsAreWholeGroups(t *testing.T) {
	p := Lifecycle()
	for _, c := range p.cases(Full) {
		if c.Keys["as"] != string(role.Process) {
			continue
		}
		if parallel := (&conditions{Keys: c.Keys}).count("parallel"); c.MaxN < parallel || c.MaxN%parallel != 0 {
			t.Errorf("%s: %d stops at most, %d at once", c.Name, c.MaxN, parallel)
		}
	}
}

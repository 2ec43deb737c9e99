package bench

import (
	"testing"

	"crossover/internal/spin"
	"crossover/patterns/role"
)

// stateFloors are what the calls cost with no store around them.
func stateFloors() []floor {
	floors := []floor{{
		of: "atomic.add", title: "uncontended atomic add",
		note:       "One goroutine adds to a word that nobody else touches.",
		situations: []string{"state-hot"},
		run:        addAlone,
	}}
	for _, at := range []struct{ keys, reads string }{
		{"1", "99"}, {"10", "99"}, {"100", "99"}, {"1000", "99"}, {"10000", "99"},
		{"1000", "90"}, {"1000", "50"}, {"1000", "0"},
	} {
		floors = append(floors, floor{
			of: "plain.map", title: "plain map, one goroutine",
			note:       "One goroutine makes the calls on a map that nothing guards.",
			keys:       []string{"reads", at.reads, "keys", at.keys},
			situations: []string{"state-reads", "state-reads-callers", "state-mixed", "state-mixed-callers", "state-across"},
			run:        callPlainMap,
		})
	}
	for _, work := range []string{"0ns", "100ns", "1us", "10us", "100us"} {
		floors = append(floors, floor{
			of: "updates.alone", title: "updates serially, no store",
			note:       "One goroutine spends the same CPU time for each update, and asks nobody.",
			keys:       []string{"work", work},
			situations: []string{"state-work", "state-work-callers", "state-across-work"},
			run:        updateAlone,
		})
	}
	return floors
}

func callPlainMap(b *testing.B, c *conditions) {
	keys := statePoint("1", c.Keys["reads"], c.Keys["keys"], "0ns")
	keys["as"] = string(role.Goroutine)
	one := &conditions{Keys: keys, Work: c.Work}
	visitStore(b, one, newCrew[account](b, one, 1), plainMap{}, nil)
}

func updateAlone(b *testing.B, c *conditions) {
	work := c.Work.Iterations(c.duration("work"))
	var value uint64
	alone(b, func(n int) {
		for range n {
			value = spin.Chain(work, value)
		}
	})
	sink.Store(value)
}

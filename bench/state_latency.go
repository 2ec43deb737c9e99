package bench

import (
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/role"
	"crossover/patterns/state"
)

func stateLatency() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "state-latency", Name: "10 µs updates and reads, arriving at a rate",
			Note:  "Calls on 1,000 keys, every other one an update that takes 10 µs of CPU, come to four callers in turn, at 80 % of the rate that a map under a mutex can do: how long after its intended time a call is answered, and whether a read has to wait for updates.",
			Point: with(statePoint("4", "50", "1000", "10us"), "rate", "80pct"),
			Axis:  "rate",
			Unit:  "p99-ns",
		},
		capacity: state.Variants[uint64]()[0].Name,
		full:     []string{"50pct", "80pct", "95pct", "120pct", "1k", "10k", "100k"},
		admits:   func(e entrant) bool { return e.as != role.Thread },
		minTime:  200 * time.Millisecond,
		setup:    40 * time.Millisecond, // the process, and a call for each key
		only:     Full,
	}
}

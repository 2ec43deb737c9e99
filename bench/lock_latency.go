package bench

import (
	"fmt"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/lock"
	"crossover/patterns/role"
)

func lockLatency() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "lock-latency", Name: "1 µs inside, arriving at a rate",
			Note:  "Entries that spend 1 µs of CPU inside come to four goroutines in turn, at 80 % of the rate that sync.Mutex can do: how long after its intended time an entry is over.",
			Point: with(lockPoint("4", "1us", "0"), "rate", "80pct"),
			Axis:  "rate",
			Unit:  "p99-ns",
		},
		capacity: lock.Variants()[0].Name,
		full:     []string{"50pct", "80pct", "95pct", "120pct", "1k", "10k", "100k", "1m"},
		admits:   func(e entrant) bool { return e.as == role.Goroutine },
		minTime:  100 * time.Millisecond,
		only:     Full,
	}
}

// attendPaced enters at the intended times.
func (a *attendance) attendPaced(p lock.Locker, l *ledger, s stint) (err error) {
	a.Service, err = s.Arrivals.serve(func(int) (more bool, err error) {
		if l.Claimed.Load() == closedUp {
			return false, nil
		}
		if err := a.enter(p, l, s, true); err != nil {
			return false, fmt.Errorf("entry %d: %w", a.Entries, err)
		}
		return true, nil
	})
	return err
}

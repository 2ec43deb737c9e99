package bench

import "testing"

// lockFloors are what one word costs where a lock needs at least one, and what the
// sections take with nobody in the way.
func lockFloors() []floor {
	floors := []floor{
		{
			of: "atomic.add", title: "uncontended atomic add",
			note:       "One goroutine adds to a word that nobody else touches.",
			situations: []string{"lock-uncontended"},
			run:        addAlone,
		},
		{
			of: "cas.and.store", title: "compare-and-swap, store",
			note:       "One goroutine takes a word by compare-and-swap and gives it back by a store: the least a lock can do.",
			situations: []string{"lock-uncontended", "lock-across-alone"},
			run:        takeAndGive,
		},
		{
			of: "atomic.add.contended", title: "atomic add, two threads",
			note:       "Two locked threads add to the same word, half of the times each: one cache line that travels.",
			situations: []string{"lock-short", "lock-across", "lock-threads"},
			placed:     true,
			run:        addTogether,
		},
	}
	for _, section := range []string{"0ns", "100ns", "250ns", "1us", "10us"} {
		floors = append(floors, floor{
			of: "sections.alone", title: "sections serially, no lock",
			note:       "One goroutine changes the words and spends the same CPU time for each entry, and asks nobody.",
			keys:       []string{"cs", section},
			situations: []string{"lock-uncontended", "lock-short", "lock-1us", "lock-across", "lock-across-alone", "lock-across-many", "lock-threads"},
			run:        writeAlone,
		})
	}
	return floors
}

func takeAndGive(b *testing.B, _ *conditions) {
	var l line
	alone(b, func(n int) {
		for range n {
			if !l.CompareAndSwap(0, 1) {
				b.Fatal(wrong("somebody else has the word"))
			}
			l.Store(0)
		}
	})
}

func addTogether(b *testing.B, c *conditions) {
	var l line
	side := func(i int) motion {
		return func() error {
			for range share(b.N, 2, i) {
				l.Add(1)
			}
			return nil
		}
	}
	sideBySide(b, c, [2]motion{side(0), side(1)})
	l.holds(b, b.N)
}

func writeAlone(b *testing.B, c *conditions) {
	work := c.Work.Iterations(c.duration("cs"))
	var l ledger
	var sum uint64
	alone(b, func(n int) {
		for range n {
			worth, whole := l.write(work)
			if !whole {
				b.Fatal(wrong("words that were changed by halves"))
			}
			sum += worth
		}
	})
	sink.Store(sum)
}

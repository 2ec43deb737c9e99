package bench

import (
	"testing"

	"crossover/patterns/barrier"
)

// A barrier that lets parties pass too early, or does not let them pass, must
// fail its benchmark.
func TestWrongBarrierFails(t *testing.T) {
	keys := barrierPoint("2", "0ns", "none")
	keys["as"] = "goroutine"
	for name, spoil := range map[string]func(barrier.Barrier) barrier.Barrier{
		"is right":          func(b barrier.Barrier) barrier.Barrier { return b },
		"holds nobody back": func(b barrier.Barrier) barrier.Barrier { return idle{b} },
		"breaks":            func(b barrier.Barrier) barrier.Barrier { b.Break(); return b },
	} {
		v := barrier.Variants()[0]
		make := v.New
		v.New = func(parties int) (barrier.Barrier, error) {
			b, err := make(parties)
			return spoil(b), err
		}
		// testing.Benchmark reports a failed benchmark as one that ran no iteration.
		r := benchmark(func(b *testing.B) { runBarrier(b, &conditions{Keys: keys, Work: NewWork(1)}, v) })
		if failed := r.N == 0; failed != (name != "is right") {
			t.Errorf("a barrier that %s: failed %v", name, failed)
		}
	}
}

type idle struct{ barrier.Barrier }

func (idle) Wait(int) error { return nil }

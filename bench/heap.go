package bench

import (
	"math"
	"runtime"
	"testing"

	"crossover/patterns/role"
)

// heap counts what the operations of a case allocate, all parties together, where all of
// them are in this process: B/op and allocs/op. testing's own count has what is allocated
// once in a run too, by roles that start and in buffers that serve all operations, and of a
// thousand operations that is bytes for each. It is what testing's trial run of one
// operation allocates, and is taken off.
//
// A nil heap counts nothing.
type heap struct {
	trial, before, spent allocations
}

// heapOf is that of a case with these keys. Worker processes have heaps of their own, and in
// an open loop the histograms would be most of it.
func heapOf(keys map[string]string) *heap {
	as := role.As(keys["as"])
	if as != role.Goroutine && as != role.Thread || keys["rate"] != "" && keys["rate"] != closedLoop {
		return nil
	}
	return new(heap)
}

// allocations are bytes and objects.
type allocations struct{ bytes, objects uint64 }

// allocated is what this process has allocated so far. It stops the world, as b.StartTimer
// does.
func allocated() allocations {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return allocations{m.TotalAlloc, m.Mallocs}
}

func (h *heap) begin() {
	if h != nil {
		h.before = allocated()
	}
}

func (h *heap) end() {
	if h != nil {
		now := allocated()
		h.spent = allocations{now.bytes - h.before.bytes, now.objects - h.before.objects}
	}
}

// leastToTell is how many operations it takes to tell what each of them allocates from
// what the runtime does now and then: the descriptor of a thread is 2 KiB.
const leastToTell = 100

// report prints what an operation has allocated, of so many.
func (h *heap) report(b *testing.B, ops int) {
	switch {
	case h == nil:
	case b.N == 1:
		h.trial = h.spent
	case ops >= leastToTell:
		b.ReportAllocs() // or testing prints neither; it cuts fractions off
		each := func(spent, trial uint64) float64 {
			return math.Round(float64(spent-min(spent, trial)) / float64(ops-1))
		}
		b.ReportMetric(each(h.spent.bytes, h.trial.bytes), "B/op")
		b.ReportMetric(each(h.spent.objects, h.trial.objects), "allocs/op")
	}
}

package bench

import (
	"testing"

	"crossover/patterns/role"
)

// What is allocated once in a run is no operation's, and of a few operations nobody can
// tell.
func TestHeapCountsOperations(t *testing.T) {
	var once []byte
	var each *[8]uint64
	count := func(ops func(n int) int) testing.BenchmarkResult {
		h := new(heap)
		return benchmark(func(b *testing.B) {
			h.begin()
			once = make([]byte, 1<<20)
			for range b.N {
				each = new([8]uint64)
			}
			h.end()
			h.report(b, ops(b.N))
		})
	}
	r := count(func(n int) int { return n })
	// The runtime has something to allocate now and then.
	if bytes, objects := r.AllocedBytesPerOp(), r.AllocsPerOp(); bytes < 60 || bytes > 70 || objects != 1 {
		t.Errorf("%d B/op in %d allocs/op, want 64 in 1", bytes, objects)
	}
	if r := count(func(int) int { return leastToTell - 1 }); r.Extra["B/op"] != 0 {
		t.Errorf("of too few operations: %v B/op", r.Extra["B/op"])
	}
	_, _ = once, each
}

func TestHeapOf(t *testing.T) {
	for _, test := range []struct {
		as      role.As
		rate    string
		counted bool
	}{
		{role.Goroutine, "", true},
		{role.Thread, closedLoop, true},
		{role.Goroutine, "80pct", false},
		{role.Process, closedLoop, false},
		{"", "", false}, // a floor
	} {
		if h := heapOf(map[string]string{"as": string(test.as), "rate": test.rate}); (h != nil) != test.counted {
			t.Errorf("as %q at rate %q: counted %v, want %v", test.as, test.rate, h != nil, test.counted)
		}
	}
}

package bench

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"gonum.org/v1/gonum/floats/scalar"
)

// A party that is held up once is late with all that came meanwhile, and each of
// them counts from its intended time.
func TestServeCountsFromIntendedTimes(t *testing.T) {
	const n, held, every = 100, 10, float64(100 * time.Microsecond)
	const stall = 20 * time.Millisecond
	loop := &openLoop{every: every, keep: 1}
	s, err := loop.deal(n, 1, 0).serve(func(i int) (bool, error) {
		if i == held {
			time.Sleep(stall)
		}
		return true, nil
	})
	if err != nil || s.Done != n || len(s.Depth) != 4 {
		t.Fatalf("done %d with depths %v: %v", s.Done, s.Depth, err)
	}
	// All that follow came during the stall, the last 9 ms after it began.
	h := hdrhistogram.Import(s.Latencies)
	if got, least := h.ValueAtPercentile(50), int64(stall-10*time.Millisecond); h.TotalCount() != n || got < least {
		t.Errorf("%d latencies with a median of %d ns, want %d of at least %d", h.TotalCount(), got, n, least)
	}
	if s.Depth[0] == 0 {
		t.Error("nothing waited after the stall")
	}
}

// Nothing waits at a party that keeps up, unless others hold it up, which they do not for ever.
func TestServeKeepsUp(t *testing.T) {
	loop := &openLoop{every: float64(10 * time.Millisecond), keep: 1}
	for try := 1; ; try++ {
		s, err := loop.deal(8, 1, 0).serve(func(int) (bool, error) { return true, nil })
		if err != nil || len(s.Depth) != 4 {
			t.Fatalf("depths %v: %v", s.Depth, err)
		}
		if slices.Max(s.Depth) == 0 {
			return
		}
		if try == 100 {
			t.Fatalf("depths %v, and no better before", s.Depth)
		}
	}
}

func TestServeEndsEarly(t *testing.T) {
	loop := &openLoop{every: 1, keep: 1}
	s, err := loop.deal(10, 1, 0).serve(func(i int) (bool, error) { return i < 3, nil })
	if err != nil || s.Done != 3 {
		t.Errorf("done %d, want 3: %v", s.Done, err)
	}
	boom := errors.New("boom")
	if _, err := loop.deal(10, 1, 0).serve(func(int) (bool, error) { return true, boom }); err != boom {
		t.Errorf("got %v, want the operation's error", err)
	}
}

// Dealt out, operations keep their number and come as they would to one.
func TestDeal(t *testing.T) {
	const n, parties = 10, 4
	loop, count := &openLoop{every: 100, keep: 3}, 0
	for i := range parties {
		a := loop.deal(n, parties, i)
		count += a.Count
		if a.First != time.Duration(i)*100 || a.Every != 400 || a.Keep != 3 {
			t.Errorf("party %d: %+v", i, a)
		}
	}
	if count != n {
		t.Errorf("%d operations were dealt out as %d", n, count)
	}
	if a := (*openLoop)(nil).deal(n, 1, 0); a != nil {
		t.Errorf("a closed loop dealt out %+v", a)
	}
}

// TestRates: a rate is so many operations a second, or a share of what the case can carry,
// which is given here, and is measured where it is not.
func TestRates(t *testing.T) {
	measured := func(b *testing.B, c *conditions) {
		if c.Keys["impl"] != "first" || c.Keys["as"] != "goroutine" || c.Keys["rate"] != closedLoop || c.Keys["size"] != "64" {
			t.Errorf("the capacity is that of %v", c.Keys)
		}
		time.Sleep(time.Duration(b.N) * 5 * time.Microsecond)
	}
	benchmark(func(b *testing.B) {
		for _, test := range []struct {
			rate     string
			capacity float64 // ns per operation
			want     float64 // ns from one to the next
		}{
			{"10k", 0, 100_000},
			{"2.5m", 0, 400},
			{"500", 0, 2_000_000},
			{"80pct", 80, 100},
			{"125pct", 80, 64},
		} {
			n := b.N
			l := newOpenLoop(b, &conditions{Keys: map[string]string{"rate": test.rate}, Capacity: test.capacity}, "first", nil)
			if !scalar.EqualWithinRel(l.every, test.want, 1e-9) || l.keep < 1 || b.N != n {
				t.Errorf("%s of %v ns: one in %v ns, kept one in %d, want one in %v", test.rate, test.capacity, l.every, l.keep, test.want)
			}
		}
		keys := map[string]string{"impl": "other", "as": "process", "rate": "50pct", "size": "64"}
		n := b.N
		if l := newOpenLoop(b, &conditions{Keys: keys}, "first", measured); l.every < 2*5_000 || b.N != n || keys["impl"] != "other" {
			t.Errorf("half of what takes 5 µs or more: one in %v ns, and %d operations of %d", l.every, b.N, n)
		}
		if l := newOpenLoop(b, &conditions{Keys: map[string]string{"rate": closedLoop}}, "first", nil); l != nil {
			t.Errorf("a closed loop has one in %v ns", l.every)
		}
	})
}

// TestLatencyMetrics: percentiles with ten observations beyond them, of all parties, and how
// much of what was offered was served; what waited adds up.
func TestLatencyMetrics(t *testing.T) {
	file := filepath.Join(t.TempDir(), "latencies")
	t.Setenv(HistogramFile, file)
	loop := &openLoop{every: 100, timer: 3}
	parties := make([]service, 2)
	for i := range parties {
		h := newHistogram()
		for ns := 1 + i; ns <= 1000; ns += 2 {
			record(h, time.Duration(ns)*time.Microsecond)
		}
		parties[i] = service{Done: 500, Depth: []int{1, 2, 3, 4 + i}, Latencies: h.Export()}
	}
	r := benchmark(func(b *testing.B) {
		loop.reportAll(b, 200*time.Microsecond, parties)
	})
	for unit, want := range map[string]float64{
		"p50-ns": 500e3, "p90-ns": 900e3, "p99-ns": 990e3, "max-ns": 1000e3,
		"goodput-ratio": 0.5, "dropped-ratio": 0, "offered-ns/op": 100, "timer-ns/op": 3,
		"depth25pct-items": 2, "depth50pct-items": 4, "depth75pct-items": 6, "depth100pct-items": 9,
	} {
		if got, ok := r.Extra[unit]; !ok || !scalar.EqualWithinRel(got, want, 0.01) {
			t.Errorf("%v %s, want %v", got, unit, want)
		}
	}
	for _, unit := range []string{"p99.9-ns", "peak-heap-bytes"} {
		if got, ok := r.Extra[unit]; ok {
			t.Errorf("%v %s, of which nothing is known", got, unit)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h, err := hdrhistogram.Decode(bytes.TrimSpace(text))
	if err != nil || h.TotalCount() != 1000 {
		t.Errorf("the file holds %+v: %v", h, err)
	}

	r = benchmark(func(b *testing.B) {
		loop.report(b, outcome{offered: 8, dropped: 2, served: 6, wall: 600, latencies: newHistogram(), peakHeap: 7})
	})
	if r.Extra["dropped-ratio"] != 0.25 || r.Extra["goodput-ratio"] != 1 || r.Extra["peak-heap-bytes"] != 7 {
		t.Errorf("two of eight dropped: %v", r.Extra)
	}
}

// TestQuarters: each quarter ends once, the last with the last operation.
func TestQuarters(t *testing.T) {
	for n, want := range map[int][]int{4: {0, 1, 2, 3}, 10: {2, 4, 7, 9}, 100: {24, 49, 74, 99}} {
		var ends []int
		for i := range n {
			if quarter(i, n) {
				ends = append(ends, i)
			}
		}
		if !slices.Equal(ends, want) {
			t.Errorf("of %d operations %v end a quarter, want %v", n, ends, want)
		}
	}
}

// TestRecordAll: what no histogram holds counts as what it does.
func TestRecordAll(t *testing.T) {
	h := newHistogram()
	for _, latency := range []time.Duration{-time.Second, 0, time.Hour} {
		record(h, latency)
	}
	if h.TotalCount() != 3 || h.Min() != 1 || h.Max() < int64(99*time.Second) {
		t.Errorf("%d recorded, from %d to %d ns", h.TotalCount(), h.Min(), h.Max())
	}
}

package bench

import (
	"errors"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
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

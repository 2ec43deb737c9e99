package bench

import (
	"context"
	"testing"
	"time"

	"crossover/patterns/role"
)

// errandBoy works until he is relieved, or not at all.
var errandBoy = role.Register("bench.test.errandboy", role.Transport[chan struct{}]{},
	func(ctx context.Context, seat *role.Seat, relieved chan struct{}, _ struct{}) (struct{}, error) {
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		<-relieved
		return struct{}{}, nil
	})

// Work that takes too long is ended, and the case says so; work that does not is
// left alone.
func TestAtMost(t *testing.T) {
	for _, c := range []struct {
		name   string
		limit  time.Duration
		long   bool
		capped float64
	}{
		{"long work", 5 * time.Millisecond, true, 1},
		{"short work", time.Hour, false, 0},
	} {
		r := benchmark(func(b *testing.B) {
			crew := newCrew[struct{}](b, &conditions{Keys: map[string]string{"as": "goroutine"}}, 1)
			relieved := make(chan struct{})
			if !c.long {
				close(relieved)
			}
			crew.atMost(c.limit, func() { close(relieved) })
			crew.add(errandBoy.Start(crew.ctx, crew.gate, crew.side(0), relieved, struct{}{}))
			crew.work(func(int) {}, func() {})
			crew.report(b.N)
		})
		if r.N == 0 || r.Extra["capped"] != c.capped {
			t.Errorf("%s: %d operations, capped %v, want %v", c.name, r.N, r.Extra["capped"], c.capped)
		}
	}
}

// Spinners have two seconds, unless there are fewer CPUs than of them.
func TestLongestSpin(t *testing.T) {
	benchmark(func(b *testing.B) {
		const many = 1 << 20 // more than any machine has
		few := 10*time.Millisecond + time.Duration(b.N)*time.Millisecond
		for _, test := range []struct {
			spinners int
			rate     string
			want     time.Duration
		}{
			{1, closedLoop, 2 * time.Second},
			{many, closedLoop, few},
			{many, "1k", 2 * time.Second},
		} {
			c := &conditions{Keys: map[string]string{"as": string(role.Goroutine), "rate": test.rate}}
			if got := newCrew[struct{}](b, c, 0).longestSpin(test.spinners); got != test.want {
				t.Errorf("%d spinners at rate %s may take %v, want %v", test.spinners, test.rate, got, test.want)
			}
		}
	})
}

// TestTimes: the work lasts from the first start to the last end, and costs what this process
// and the workers' took; unknown processor time is not reported.
func TestTimes(t *testing.T) {
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	reports := []role.Report[struct{}]{
		{Start: at(3), End: at(9), CPU: 4 * time.Millisecond},
		{Start: at(1), End: at(7), CPU: 5 * time.Millisecond},
		{Start: at(2), End: at(12), CPU: 6 * time.Millisecond},
	}
	if got := span(reports); got != 11*time.Millisecond {
		t.Errorf("from 1 to 12 ms is %v", got)
	}
	for as, want := range map[role.As]time.Duration{role.Process: 15 * time.Millisecond, role.Goroutine: 0, role.Thread: 0} {
		if got := workersCPU(as, reports); got != want {
			t.Errorf("as %s workers took %v beside this process, want %v", as, got, want)
		}
	}
	for cpu, want := range map[time.Duration]float64{2 * time.Microsecond: 20, 0: 0, -1: -1} {
		r := benchmark(func(b *testing.B) { reportTimes(b, 100, time.Microsecond, cpu) })
		got, known := r.Extra["cpu-ns/op"]
		if !known {
			got = -1
		}
		if got != want || r.Extra["ns/op"] != 10 {
			t.Errorf("1 µs and %v of processor time in 100 operations: %v", cpu, r.Extra)
		}
	}
}

package bench

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/internal/catalog"
	"crossover/internal/spin"
	"crossover/patterns/clock"
	"crossover/patterns/pool"
)

func poolLatency() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "pool-latency", Name: "10 µs of CPU each, arriving at a rate",
			Note:  "Tasks of 10 µs of CPU come one by one, each a Map of its own, at 80 % of the rate that a goroutine per task can do; two workers for each CPU. Into a bounded pool no more than 50 for each CPU are let at a time, and who comes then is refused (dropped-ratio); an unbounded one takes all. At 120 % that is what a bound is for: look at goodput-ratio, p99-ns of what was accepted, peak-heap-bytes and depth.",
			Point: poolPoint("task", "10us", "tasks", "50x", "chunk", "1", "rate", "80pct"),
			Axis:  "rate",
			Unit:  "p99-ns",
		},
		capacity: "go",
		quick:    []string{"80pct"},
		full:     []string{"50pct", "80pct", "95pct", "120pct", "1k", "10k", "100k"},
		quickAdmits: func(e entrant) bool {
			return e.Name == "go" || e.Name == "go.sem" || e.Name == "workers.chan"
		},
		admits:  lasting,
		minTime: 100 * time.Millisecond,
		setup:   10 * time.Millisecond,
	}
}

// counter is where single tasks come in. A stream was tempting, but it takes no
// input without room: it has nobody to refuse.
type counter struct {
	pool  pool.Pool[Task, Result]
	task  Task
	worth uint64 // of its work
	loop  *openLoop
	start time.Time

	served atomic.Int64

	mu        sync.Mutex
	latencies *hdrhistogram.Histogram
	err       error // the first
}

// serve does the task that was to come at the intended time.
func (s *counter) serve(ctx context.Context, i int, intended time.Duration) {
	task := []Task{s.task}
	task[0].Index = i
	out, err := s.pool.Map(ctx, task)
	latency := clock.Since(s.start) - intended
	err = verify(task, []uint64{s.worth + uint64(i)}, out, err)
	s.served.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loop.keeps(i) {
		record(s.latencies, latency)
	}
	if s.err == nil {
		s.err = err
	}
}

// runLatency has b.N tasks come at a stated rate.
func (t *PoolTable) runLatency(b *testing.B, c *conditions) {
	own := PoolTable{Bench: pool.Variants[Task, Result]()}
	loop := newOpenLoop(b, c, "go", own.run)
	v, p, err := t.open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	}()
	room := b.N
	if v.Bounded {
		room = c.count("tasks")
	}
	inside := make(chan struct{}, room)
	work := c.Work.Iterations(c.duration("task"))
	s := &counter{pool: p, task: Task{Spin: work}, worth: spin.Chain(work, seed), loop: loop, latencies: newHistogram()}
	o := outcome{offered: b.N}

	var serving sync.WaitGroup
	b.ResetTimer()
	b.StartTimer()
	s.start = clock.Now()
	for i := range b.N {
		intended := loop.await(s.start, i)
		select {
		case inside <- struct{}{}:
			serving.Go(func() {
				s.serve(b.Context(), i, intended)
				<-inside
			})
		default:
			o.dropped++
		}
		if quarter(i, b.N) {
			o.depth = append(o.depth, i+1-o.dropped-int(s.served.Load()))
			o.peakHeap = max(o.peakHeap, heapInUse())
		}
	}
	serving.Wait()
	o.wall = clock.Since(s.start)
	b.StopTimer()

	o.served, o.latencies = int(s.served.Load()), s.latencies
	if o.served+o.dropped != b.N {
		s.err = errors.Join(s.err, wrong("%d served and %d refused of %d", o.served, o.dropped, b.N))
	}
	if s.err != nil {
		b.Fatal(s.err)
	}
	reportTimes(b, b.N, o.wall, -1) // its processor time is mostly that of waiting
	loop.report(b, o)
}

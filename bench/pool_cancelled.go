package bench

import (
	"context"
	"errors"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/pool"
	"crossover/patterns/role"
)

func poolCancelled() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "pool-cancelled", Name: "cancelled while tasks wait",
			Note:  "A Map of 1,000 tasks of 100 µs of CPU is cancelled a millisecond after it began; four workers. ns/op is from cancelling to the return of Map, when nothing of it runs any more: the tasks that were begun are waited for, and a goroutine per task has begun them all.",
			Point: poolPoint("task", "100us", "chunk", "1", "results", "cancelled"),
		},
		admits: func(e entrant) bool { return e.as == role.Goroutine || e.reuses },
		setup:  10 * time.Millisecond,
		only:   Full,
	}
}

var errCut = errors.New("cancelled by the benchmark")

// runCancelled cancels b.N Maps of a pool, one after the other.
func (t *PoolTable) runCancelled(b *testing.B, c *conditions) {
	p, err := t.open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	}()
	tasks, want := batch(c)
	var wall time.Duration
	b.ResetTimer()
	b.StartTimer() // of no other use than to limit b.N
	for range b.N {
		took, err := cancelled(b.Context(), p, tasks, want)
		if err != nil {
			b.Fatal(err)
		}
		wall += took
	}
	b.StopTimer()
	reportTimes(b, b.N, wall, -1) // the tasks' own
}

// cancelled is how long a Map takes to return once it is cancelled.
func cancelled(ctx context.Context, p pool.Pool[Task, Result], tasks []Task, want []uint64) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var out []Result
	var err error
	var returned time.Time
	done := make(chan struct{})
	go func() {
		defer close(done)
		out, err = p.Map(ctx, tasks)
		returned = time.Now()
	}()
	under := openLoop{every: float64(time.Millisecond)}
	under.await(time.Now(), 1)
	asked := time.Now()
	cancel(errCut)
	<-done
	if !errors.Is(err, errCut) {
		return 0, wrong("a cancelled Map returned %v", err)
	}
	for i, r := range out {
		if r.Value != 0 && r.Value != want[i] {
			return 0, wrong("task %d gave %x, want %x or nothing", i, r.Value, want[i])
		}
	}
	return returned.Sub(asked), nil
}

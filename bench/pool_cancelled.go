package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/clock"
	"crossover/patterns/pool"
)

func poolCancelled() situation {
	return situation{
		Situation: catalog.Situation{
			ID: "pool-cancelled", Name: "cancelled while tasks wait",
			Note:  "A Map of tasks of 100 µs of CPU, 500 for each CPU, is cancelled a millisecond after it began; two workers for each CPU. ns/op is from cancelling to the return of Map, when nothing of it runs any more: the tasks that were begun are waited for, and a goroutine per task has begun them all.",
			Point: poolPoint("task", "100us", "chunk", "1", "results", "cancelled"),
		},
		admits: lasting,
		setup:  10 * time.Millisecond,
		only:   Full,
	}
}

var errCut = errors.New("cancelled by the benchmark")

// errDone is that of a Map which was done before it was cancelled.
var errDone = fmt.Errorf("%w: a cancelled Map returned no error", errWrong)

// mostGrowth is how many times as many tasks a Map is given at most: no CPU does those before
// it is cancelled.
const mostGrowth = 128

// runCancelled cancels b.N Maps of a pool, one after the other. One that was done before
// says nothing, and the next is given twice its tasks.
func (t *PoolTable) runCancelled(b *testing.B, c *conditions) {
	_, p, err := t.open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	}()
	tasks, want := batch(c)
	most := mostGrowth * len(tasks)
	var wall time.Duration
	b.ResetTimer()
	b.StartTimer() // of no other use than to limit b.N
	for n := 0; n < b.N; {
		took, err := cancelled(b.Context(), p, tasks, want)
		if errors.Is(err, errDone) && len(tasks) < most {
			tasks, want = slices.Concat(tasks, tasks), slices.Concat(want, want)
			continue
		}
		if err != nil {
			b.Fatal(err)
		}
		wall += took
		n++
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
		returned = clock.Now()
	}()
	time.Sleep(time.Millisecond) // who yields until then may come behind all tasks
	asked := clock.Now()
	cancel(errCut)
	<-done
	switch {
	case err == nil:
		return 0, errDone
	case !errors.Is(err, errCut):
		return 0, wrong("a cancelled Map returned %v", err)
	}
	for i, r := range out {
		if r.Value != 0 && r.Value != want[i] {
			return 0, wrong("task %d gave %x, want %x or nothing", i, r.Value, want[i])
		}
	}
	return returned.Sub(asked), nil
}

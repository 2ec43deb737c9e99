package bench

import (
	"context"
	"errors"
	"slices"
	"testing"

	"crossover/patterns/pool"
	"crossover/patterns/role"
)

// A recorder is a pool without workers that keeps what it was given.
type recorder struct {
	serial
	maps [][]Task
}

func (r *recorder) Map(_ context.Context, in []Task) ([]Result, error) {
	r.maps = append(r.maps, slices.Clone(in))
	out := make([]Result, len(in))
	var failures pool.Failures
	for i, t := range in {
		if t.Fate != Returns {
			failures = append(failures, pool.TaskError{Index: i, Err: errors.New("crashed")})
			continue
		}
		out[i], _ = do(t)
	}
	if failures != nil {
		return out, failures
	}
	return out, nil
}

// Before the clock runs there is one batch, as large as those to come, with neither
// their work nor their crashes; but not where a task's process is gone after it.
func TestPoolIsWarm(t *testing.T) {
	for _, kind := range []struct {
		name    string
		variant pool.Variant[Task, Result]
		warmed  bool
	}{
		{"goroutines", pool.Variant[Task, Result]{As: role.Goroutine}, true},
		{"processes that stay", pool.Variant[Task, Result]{As: role.Process, Reuses: true}, true},
		{"a process per task", pool.Variant[Task, Result]{As: role.Process}, false},
	} {
		t.Run(kind.name, func(t *testing.T) {
			var last *recorder
			v := kind.variant
			v.Name = "recorder"
			v.New = func(*pool.Func[Task, Result], pool.Options) (pool.Pool[Task, Result], error) {
				last = &recorder{}
				return last, nil
			}
			table := PoolTable{Bench: []pool.Variant[Task, Result]{v}}
			keys := poolPoint("task", "1us", "wait", "1ns", "tasks", "500", "crash", "1in100")
			keys["impl"] = v.Name
			if r := benchmark(func(b *testing.B) { table.run(b, &conditions{Keys: keys, Work: NewWork(1)}) }); r.N != 1000 {
				t.Fatalf("ran %d tasks, want 1000", r.N)
			}
			warm := len(last.maps) - 2 // batches before the timed ones
			if warmed := warm == 1; warm < 0 || warm > 1 || warmed != kind.warmed {
				t.Fatalf("%d batches, of which two are timed; warmed up %v is right", len(last.maps), kind.warmed)
			}
			for i, batch := range last.maps {
				timed := i >= warm
				if len(batch) != 500 {
					t.Errorf("batch %d has %d tasks, want 500", i, len(batch))
				}
				for j, task := range batch {
					crashes := j%100 == 50
					if task.Index != j || task.Wait == 0 || task.Spin > 0 != timed || (task.Fate != Returns) != (timed && crashes) {
						t.Fatalf("batch %d (timed %v) has task %d as %+v", i, timed, j, task)
					}
				}
			}
		})
	}
}

package bench

import (
	"context"
	"slices"
	"testing"

	"crossover/patterns"
	"crossover/patterns/pool"
)

// A recorder is a pool without workers that keeps what it was given.
type recorder struct {
	serial
	maps [][]Task
}

func (r *recorder) Map(ctx context.Context, in []Task) ([]Result, error) {
	r.maps = append(r.maps, slices.Clone(in))
	return r.serial.Map(ctx, in)
}

// Before the clock runs there is one batch, as large as those to come, with neither
// their work nor their crashes.
func TestPoolIsWarm(t *testing.T) {
	var last *recorder
	table := PoolTable{Bench: []pool.Variant[Task, Result]{{
		Info: patterns.Info{Name: "recorder"},
		New: func(*pool.Func[Task, Result], pool.Options) (pool.Pool[Task, Result], error) {
			last = &recorder{}
			return last, nil
		},
	}}}
	keys := poolPoint("task", "1us", "wait", "1ns", "tasks", "500")
	keys["impl"] = "recorder"
	if r := benchmark(func(b *testing.B) { table.run(b, &conditions{Keys: keys, Work: NewWork(1)}) }); r.N != 1000 {
		t.Fatalf("ran %d tasks, want 1000", r.N)
	}
	if len(last.maps) != 3 {
		t.Fatalf("%d batches, want one to warm up and two timed", len(last.maps))
	}
	for i, batch := range last.maps {
		for j, task := range batch {
			if working := task.Spin > 0; len(batch) != 500 || task.Index != j || task.Wait == 0 || working != (i > 0) {
				t.Fatalf("batch %d of %d tasks has %+v", i, len(batch), task)
			}
		}
	}
}

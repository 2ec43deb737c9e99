package bench

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"crossover/patterns"
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

// Before the clock runs there is one batch with neither the work nor the crashes of those
// to come: as large as they are, or a chunk for each worker process; none where a task's
// process is gone after it.
func TestPoolIsWarm(t *testing.T) {
	for _, kind := range []struct {
		name    string
		as      role.As
		reuses  bool
		warming int // tasks
	}{
		{"goroutines", role.Goroutine, false, 500},
		{"threads", role.Thread, true, 500},
		{"processes that stay", role.Process, true, 64},
		{"a process per task", role.Process, false, 0},
	} {
		t.Run(kind.name, func(t *testing.T) {
			var last *recorder
			v := pool.Variant[Task, Result]{Reuses: kind.reuses}
			v.Name = "recorder"
			v.New = func(*pool.Func[Task, Result], pool.Options) (pool.Pool[Task, Result], error) {
				last = &recorder{}
				return last, nil
			}
			table := PoolTable{Bench: []pool.Variant[Task, Result]{v}}
			keys := poolPoint("task", "1us", "wait", "1ns", "tasks", "500", "workers", "4", "crash", "1in50")
			keys["impl"], keys["as"] = v.Name, string(kind.as)
			if r := benchmark(func(b *testing.B) { table.run(b, &conditions{Keys: keys, Work: NewWork(1)}) }); r.N != 1000 {
				t.Fatalf("ran %d tasks, want 1000", r.N)
			}
			warm := len(last.maps) - 2 // batches before the timed ones
			if want := min(1, kind.warming); warm != want {
				t.Fatalf("%d batches before the two that are timed, want %d", warm, want)
			}
			for i, batch := range last.maps {
				timed, want := i >= warm, 500
				if !timed {
					want = kind.warming
				}
				if len(batch) != want {
					t.Errorf("batch %d (timed %v) has %d tasks, want %d", i, timed, len(batch), want)
				}
				for j, task := range batch {
					crashes := j%50 == 25
					if task.Index != j || task.Wait == 0 || task.Spin > 0 != timed || (task.Fate != Returns) != (timed && crashes) {
						t.Fatalf("batch %d (timed %v) has task %d as %+v", i, timed, j, task)
					}
				}
			}
		})
	}
}

// A hurried is a pool that has done so many tasks by the time it can be cancelled.
type hurried struct {
	serial
	does int
	most int // tasks that it was given
}

func (h *hurried) Map(ctx context.Context, in []Task) ([]Result, error) {
	h.most = max(h.most, len(in))
	if len(in) <= h.does {
		return h.serial.Map(ctx, in)
	}
	<-ctx.Done()
	return make([]Result, len(in)), context.Cause(ctx)
}

// A pool that is done before it is cancelled is given more to do, and one that is deaf is
// found out.
func TestCancelledInTime(t *testing.T) {
	for _, test := range []struct{ does, given int }{{999, 1000}, {1000, 2000}, {5000, 8000}, {1 << 30, 0}} {
		p := &hurried{does: test.does}
		table := PoolTable{Bench: []pool.Variant[Task, Result]{{
			Info: patterns.Info{Name: "hurried"},
			New:  func(*pool.Func[Task, Result], pool.Options) (pool.Pool[Task, Result], error) { return p, nil },
		}}}
		keys := poolPoint("results", "cancelled", "tasks", "1000")
		keys["impl"] = "hurried"
		r := benchmarkFor("10x", func(b *testing.B) { table.run(b, &conditions{Keys: keys, Work: NewWork(1)}) })
		// testing.Benchmark reports a failed benchmark as one that ran no iteration.
		if failed := r.N == 0; failed != (test.given == 0) {
			t.Errorf("who does %d at once: failed %v", test.does, failed)
		}
		if test.given > 0 && p.most != test.given {
			t.Errorf("who does %d at once was given %d, want %d", test.does, p.most, test.given)
		}
	}
}

// TestBatch: skewed tasks are as long as others on average, one in ten of them ten times as long
// as the rest, and one in fifty fails where some are to.
func TestBatch(t *testing.T) {
	of := func(key, value string) []Task {
		point := poolPoint("task", "1ms", "tasks", "1000", key, value)
		point["as"] = string(role.Goroutine)
		tasks, want := batch(&conditions{Keys: point, Work: NewWork(1)})
		if len(tasks) != 1000 || len(want) != len(tasks) {
			t.Fatalf("%d tasks with %d results", len(tasks), len(want))
		}
		return tasks
	}
	sum := func(tasks []Task) (all int) {
		for _, task := range tasks {
			all += task.Spin
		}
		return all
	}
	plain, skewed := of("skew", "none"), of("skew", "10x")
	if a, b := float64(sum(plain)), float64(sum(skewed)); !scalar.EqualWithinRel(a, b, 0.01) {
		t.Errorf("skewed tasks take %v in all, others %v", b, a)
	}
	slices.SortFunc(skewed, func(a, b Task) int { return cmp.Compare(a.Spin, b.Spin) })
	if short, long := skewed[899].Spin, skewed[900].Spin; skewed[0].Spin != short || skewed[999].Spin != long || !scalar.EqualWithinRel(float64(long), 10*float64(short), 0.02) {
		t.Errorf("a short task takes %d, a long one %d", short, long)
	}
	fates := map[Fate]int{}
	for _, task := range of("crash", "error.1in50") {
		fates[task.Fate]++
	}
	if fates[Fails] != 20 || fates[Returns] != 980 {
		t.Errorf("fates %v", fates)
	}
}

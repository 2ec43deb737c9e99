package bench

import (
	"context"
	"testing"

	"crossover/patterns"
	"crossover/patterns/pool"
)

// poolFloors are the tasks with no pool around them.
func poolFloors() (floors []floor) {
	for _, task := range []string{"0ns", "250ns", "500ns", "1us", "2us", "5us", "10us", "20us", "50us", "100us", "1ms"} {
		floors = append(floors, floor{
			of: "serial", title: "the tasks serially",
			note:       "One goroutine calls the very tasks, and there is no pool. P CPUs could do with a P-th of it, and nothing can with less.",
			keys:       []string{"task", task},
			situations: []string{"pool-10us", "pool-tiny"},
			run:        runSerially,
		})
	}
	return floors
}

func runSerially(b *testing.B, c *conditions) {
	keys := poolPoint("task", c.Keys["task"])
	keys["impl"] = "serial"
	table := PoolTable{Bench: []pool.Variant[Task, Result]{{
		Info: patterns.Info{Name: "serial"},
		New:  func(*pool.Func[Task, Result], pool.Options) (pool.Pool[Task, Result], error) { return serial{}, nil },
	}}}
	table.run(b, &conditions{Keys: keys, Work: c.Work})
}

// serial is what a pool comes to without workers, and without a guard against tasks
// that panic.
type serial struct{}

func (serial) Map(_ context.Context, in []Task) (out []Result, err error) {
	out = make([]Result, len(in))
	for i, t := range in {
		if out[i], err = do(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (serial) Close() error { return nil }

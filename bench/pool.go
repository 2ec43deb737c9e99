package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/role"
)

// Pool is the pool pattern with this repository's own variants.
func Pool() Pattern {
	return PoolOf(PoolTable{
		Bench: pool.Variants[Task, uint64](),
		Law:   pool.Variants[pooltest.Task, pooltest.Result](),
	})
}

// PoolTable is a table of pools, once for the tasks of cases and once for those of
// laws.
type PoolTable struct {
	Bench  []pool.Variant[Task, uint64]
	Law    []pool.Variant[pooltest.Task, pooltest.Result]
	Breaks lawtest.Breaks // laws that are known not to be kept
}

// PoolOf is the pool pattern with any table of variants.
func PoolOf(table PoolTable) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "pool",
			Benchmark: "BenchmarkPool",
			Question:  "A goroutine per task, a bounded set of workers, or processes?",
			Original:  "process_pools.py",
			Op:        "task",
			Axes: []catalog.Axis{
				{Key: "task", Title: "CPU per task", Unit: "ns"},
				{Key: "skew", Title: "skew of task lengths"},
				{Key: "wait", Title: "I/O wait per task", Unit: "ns"},
				{Key: "crash", Title: "tasks that crash"},
				{Key: "tasks", Title: "tasks per Map", Unit: "tasks"},
				{Key: "workers", Title: "workers"},
				{Key: "chunk", Title: "chunk", Unit: "tasks"},
			},
		},
		situations: poolSituations(),
		run:        table.run,
	}
	for _, v := range table.Bench {
		d := describe("pool", v.Info)
		d.Properties["bounded"] = yes(v.Bounded)
		p.Variants = append(p.Variants, d)
		p.entrants = append(p.entrants, entrant{
			Info:   v.Info,
			as:     v.As,
			reuses: v.Reuses,
			admits: func(map[string]string) bool { return true },
		})
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(pooltest.Laws(), pooltest.Subjects(table.Law), table.Breaks)
	return p
}

// boundedPools names the bounded variants, for verdicts.
func boundedPools() (names []string) {
	for _, v := range pool.Variants[Task, uint64]() {
		if v.Bounded {
			names = append(names, v.Name)
		}
	}
	return names
}

func poolPoint(task, skew, wait, crash, tasks, workers, chunk string) map[string]string {
	return map[string]string{
		"task": task, "skew": skew, "wait": wait, "crash": crash,
		"tasks": tasks, "workers": workers, "chunk": chunk,
	}
}

func poolSituations() []situation {
	goroutines := func(e entrant) bool { return e.as == role.Goroutine }
	// A process per task costs a thousand times a task of these lengths: only
	// workers that outlive one are worth a place beside goroutines.
	lasting := func(e entrant) bool { return goroutines(e) || e.reuses }
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "pool-10us", Name: "10 µs of CPU",
				Note:  "1,000 tasks of 10 µs of CPU each per Map, four workers, chunks of 16 where a variant hands over more than one.",
				Point: poolPoint("10us", "none", "0ns", "none", "1000", "4", "16"),
				Axis:  "task",
			},
			quick:   []string{"0ns", "1us", "10us", "100us"},
			full:    []string{"0ns", "250ns", "500ns", "1us", "2us", "5us", "10us", "20us", "50us", "100us", "1ms"},
			admits:  lasting,
			scaling: true,
			setup:   10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-tiny", Name: "tasks under 1 µs",
				Note:  "1,000 tasks that do nothing per Map, four workers, chunks of 16: the pool is all there is.",
				Point: poolPoint("0ns", "none", "0ns", "none", "1000", "4", "16"),
				Axis:  "chunk",
			},
			quick:  []string{"16"},
			full:   []string{"1", "4", "16", "64", "250"},
			admits: lasting,
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-skewed", Name: "1 ms of CPU, skewed",
				Note:  "100 tasks of 1 ms of CPU on average per Map, every tenth ten times as long as the others; four workers, single tasks handed over.",
				Point: poolPoint("1ms", "10x", "0ns", "none", "100", "4", "1"),
				Axis:  "workers",
			},
			quick:  []string{"4"},
			full:   []string{"1", "2", "4", "8", "16"},
			admits: lasting,
			minN:   100,
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-io", Name: "10 ms of I/O wait, 10,000 outstanding",
				Note:  "10,000 tasks per Map that each wait 10 ms for a timer, as they would for a socket, and use no CPU; 10,000 workers, so that a bound does not bind and only its cost shows.",
				Point: poolPoint("0ns", "none", "10ms", "none", "10000", "10000", "1"),
				Axis:  "workers",
			},
			quick:  []string{"10000"},
			full:   []string{"100", "1000", "3000", "10000"},
			admits: goroutines,
			minN:   10_000,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-crash", Name: "tasks that may crash",
				Note:     "100 tasks of 1 ms of CPU per Map, one of which takes its process with it; four workers, single tasks handed over. The other 99 have to come out right. Between goroutines the one panics instead, which is all they can survive: they are shown for the price, not for advice.",
				Point:    poolPoint("1ms", "none", "0ns", "1in100", "100", "4", "1"),
				Eligible: map[string]string{"survives": string(patterns.SurvivesCrash)},
			},
			admits: func(e entrant) bool {
				return e.Survives == patterns.SurvivesCrash || e.Tier <= patterns.X
			},
			minN:  100,
			setup: 20 * time.Millisecond,
		},
	}
}

// Fate is how a task ends.
type Fate uint8

const (
	Returns Fate = iota
	Panics
	Exits // and takes its process with it
)

// Task is what a pool is given to do: CPU work, then waiting, then its fate.
type Task struct {
	Index int
	Spin  int
	Wait  time.Duration
	Fate  Fate
}

// seed starts every task's work.
const seed = 42

var perform = pool.Named("bench.task", func(t Task) (uint64, error) {
	v := spin(t.Spin, seed) + uint64(t.Index) // proves that the work was done, and whose it is
	if t.Wait > 0 {
		time.Sleep(t.Wait) // parks on a timer, as a goroutine parks on a socket
	}
	switch t.Fate {
	case Panics:
		panic("this task was to panic")
	case Exits:
		os.Exit(3)
	}
	return v, nil
})

// batch makes the tasks of one Map and the results they must give. Each length
// of work is done once here, by the measuring process itself.
func batch(c *conditions) (tasks []Task, want []uint64) {
	tasks = make([]Task, c.count("tasks"))
	want = make([]uint64, len(tasks))
	worth := map[int]uint64{}
	mean := c.duration("task")
	fate := Panics
	if c.Keys["as"] == string(role.Process) {
		fate = Exits
	}
	for i := range tasks {
		t := Task{Index: i, Wait: c.duration("wait")}
		length := mean
		if c.Keys["skew"] == "10x" {
			length = mean * 10 / 19 // nine of these and one ten times as long: the mean stays
			if i%10 == 3 {
				length *= 10
			}
		}
		t.Spin = c.Work.Iterations(length)
		if c.Keys["crash"] == "1in100" && i%100 == 50 {
			t.Fate = fate
		}
		if _, done := worth[t.Spin]; !done {
			worth[t.Spin] = spin(t.Spin, seed)
		}
		tasks[i], want[i] = t, worth[t.Spin]+uint64(i)
	}
	return tasks, want
}

// run maps b.N tasks, a batch at a time.
func (t *PoolTable) run(b *testing.B, c *conditions) {
	b.StopTimer()
	p, err := newPool(c, t.Bench)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	}()
	tasks, want := batch(c)

	var wall, cpu time.Duration
	known := true
	b.ResetTimer()
	b.StartTimer()
	for done := 0; done < b.N; {
		n := min(len(tasks), b.N-done)
		before, ok := poolCPU(p)
		start := time.Now()
		out, err := p.Map(b.Context(), tasks[:n])
		wall += time.Since(start)
		after, _ := poolCPU(p)
		cpu += after - before
		known = known && ok
		if err := verify(tasks[:n], want, out, err); err != nil {
			b.Fatal(err)
		}
		done += n
	}
	b.StopTimer()
	if !known {
		cpu = -1
	}
	reportTimes(b, b.N, wall, cpu)
}

// poolCPU is the processor time of this process and of the pool's workers so
// far, and whether the platform says.
func poolCPU(p pool.Pool[Task, uint64]) (time.Duration, bool) {
	sum, known := selfCPU()
	if w, ok := p.(interface{ WorkersCPU() (time.Duration, error) }); ok {
		used, err := w.WorkersCPU()
		return sum + used, known && err == nil
	}
	return sum, known
}

func newPool(c *conditions, table []pool.Variant[Task, uint64]) (pool.Pool[Task, uint64], error) {
	for _, v := range table {
		if v.Name == c.Keys["impl"] {
			return v.New(perform, pool.Options{
				Workers:    c.count("workers"),
				Chunk:      c.count("chunk"),
				GOMAXPROCS: runtime.GOMAXPROCS(0),
			})
		}
	}
	return nil, fmt.Errorf("no pool variant %q", c.Keys["impl"])
}

// verify checks every result of a Map, and that just those tasks failed that
// were to fail.
func verify(tasks []Task, want, out []uint64, err error) error {
	var failures pool.Failures
	if err != nil && !errors.As(err, &failures) {
		return err
	}
	for i, t := range tasks {
		switch {
		case len(failures) > 0 && failures[0].Index == i:
			if t.Fate == Returns {
				return wrong("%v", failures[0])
			}
			failures = failures[1:]
		case t.Fate != Returns:
			return wrong("task %d was to crash and did not", i)
		case out[i] != want[i]:
			return wrong("task %d gave %x, want %x", i, out[i], want[i])
		}
	}
	return nil
}

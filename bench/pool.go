package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/clock"
	"crossover/patterns/lawtest"
	"crossover/patterns/pool"
	"crossover/patterns/pool/pooltest"
	"crossover/patterns/role"
)

// Pool is the pool pattern with this repository's own variants.
func Pool() Pattern {
	return PoolOf(PoolTable{
		Bench: pool.Variants[Task, Result](),
		Law:   pool.Variants[pooltest.Task, pooltest.Result](),
	})
}

// PoolTable is a table of pools, once for the tasks of cases and once for those of
// laws.
type PoolTable struct {
	Bench  []pool.Variant[Task, Result]
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
				{Key: "crash", Title: "tasks that fail"},
				{Key: "tasks", Title: "tasks per Map", Unit: "tasks", Each: "CPU"},
				{Key: "workers", Title: "workers", Each: "CPU"},
				{Key: "chunk", Title: "chunk", Unit: "tasks"},
				{Key: "payload", Title: "input and result", Unit: "B"},
				{Key: "stack", Title: "stack that a task uses", Unit: "B"},
				{Key: "results", Title: "results"},
				{Key: "retire", Title: "tasks after which a worker is replaced", Unit: "tasks"},
				{Key: "neighbour", Title: "beat of a neighbour", Unit: "ns"},
				{Key: "rate", Title: "offered rate"},
			},
		},
		situations: append(poolSituations(), poolLatency(), poolCancelled()),
		floors:     poolFloors(),
		run:        table.run,
	}
	for _, v := range table.Bench {
		d := describe("pool", v.Info)
		d.Properties["bounded"] = yes(v.Bounded)
		p.Variants = append(p.Variants, d)
		for _, as := range v.Executions {
			p.entrants = append(p.entrants, entrant{
				Info:   v.Info,
				as:     as,
				reuses: v.Reuses,
				admits: func(map[string]string) bool { return true },
			})
		}
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(pooltest.Laws(), pooltest.Subjects(table.Law), table.Breaks)
	return p
}

// boundedPools names the bounded variants, for verdicts.
func boundedPools() (names []string) {
	for _, v := range pool.Variants[Task, Result]() {
		if v.Bounded {
			names = append(names, v.Name)
		}
	}
	return names
}

// poolPoint is the plainest point with some keys changed. keys and values
// alternate.
func poolPoint(pairs ...string) map[string]string {
	point := map[string]string{
		"task": "0ns", "skew": "none", "wait": "0ns", "crash": "none",
		"tasks": "500x", "workers": "2x", "chunk": "16",
		"payload": "0", "stack": "0", "results": "map", "retire": "0", "neighbour": "0ns", "rate": closedLoop,
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		point[pairs[i]] = pairs[i+1]
	}
	return point
}

// lasting admits goroutines, and of processes workers: one per task costs a thousand
// times a task of the lengths that are common here.
func lasting(e entrant) bool {
	return e.as == role.Goroutine || e.as == role.Process && e.reuses
}

func poolSituations() []situation {
	goroutines := func(e entrant) bool { return e.as == role.Goroutine }
	// Enough to show what each kind makes of it.
	plain := func(e entrant) bool {
		return lasting(e) && (e.Name == "go" || e.Name == "workers.chan" || e.as == role.Process)
	}
	// In either of their executions.
	threaded := func(e entrant) bool {
		return slices.ContainsFunc(pool.Variants[Task, Result](), func(v pool.Variant[Task, Result]) bool {
			return v.Name == e.Name && slices.Contains(v.Executions, role.Thread)
		})
	}
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "pool-10us", Name: "10 µs of CPU",
				Note:  "Tasks of 10 µs of CPU, 500 for each CPU per Map; two workers for each CPU, chunks of 16 where a variant hands over more than one.",
				Point: poolPoint("task", "10us"),
				Axis:  "task",
			},
			quick:   []string{"0ns", "1us", "10us", "100us"},
			full:    []string{"0ns", "250ns", "500ns", "1us", "2us", "5us", "10us", "20us", "50us", "100us", "1ms"},
			admits:  lasting,
			scaling: true,

			quickScaling: []string{"go", "workers.chan", "parfor", "prefork"},
			quickAlong:   []string{"go", "workers.chan", "parfor", "steal", "prefork", "pond"},
			setup:        10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-tiny", Name: "tasks under 1 µs",
				Note:  "Tasks that do nothing, 500 for each CPU per Map; two workers for each CPU, chunks of 16: the pool is all there is. go.sem waits for each task's slot in a select with ctx.Done, workers.chan looks at ctx.Err: that is what a task pays for being cancellable.",
				Point: poolPoint(),
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
				Note:  "Tasks of 1 ms of CPU on average, 50 for each CPU per Map, every tenth ten times as long as the others; two workers for each CPU, single tasks handed over.",
				Point: poolPoint("task", "1ms", "skew", "10x", "tasks", "50x", "chunk", "1"),
				Axis:  "workers",
			},
			quick:  []string{"2x"},
			full:   []string{"0.5x", "1x", "2x", "4x", "8x"},
			admits: lasting,
			batch:  "tasks",
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-io", Name: "10 ms of I/O wait, 10,000 outstanding",
				Note:  "10,000 tasks per Map that each wait 10 ms for a timer, as they would for a socket, and use no CPU; 10,000 workers, so that a bound does not bind and only its cost shows.",
				Point: poolPoint("wait", "10ms", "tasks", "10000", "workers", "10000", "chunk", "1"),
				Axis:  "workers",
			},
			quick:  []string{"10000"},
			full:   []string{"100", "1000", "3000", "10000"},
			admits: goroutines,
			minN:   20_000, // two whole batches: one scatters by a third, and a part of one waits as long
		},
		{
			Situation: catalog.Situation{
				ID: "pool-crash", Name: "tasks that may crash",
				Note:     "50 tasks of 1 ms of CPU per Map, one of which takes its process with it; two workers for each CPU, single tasks handed over. The other 49 have to come out right. Between goroutines the one panics instead, which is all they can survive: they are shown for the price, not for advice. In the full grid also with one that only returns an error, and with none.",
				Point:    poolPoint("task", "1ms", "crash", "1in50", "tasks", "50", "chunk", "1"),
				Axis:     "crash",
				Eligible: map[string]string{"survives": string(patterns.SurvivesCrash)},
			},
			quick: []string{"1in50"},
			full:  []string{"none", "error.1in50", "1in50"},
			admits: func(e entrant) bool {
				return e.as == role.Process || goroutines(e) && e.Tier <= patterns.X
			},
			batch: "tasks", // one fails
			setup: 20 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-neighbour", Name: "a latency-sensitive neighbour",
				Note:  "Tasks of 100 µs of CPU, 500 for each CPU per Map, two workers for each CPU, while another goroutine of the program wants to run for an instant every 100 µs. neighbour-p99-ns is how late it is, at the 99th percentile; beats that it missed by being late count.",
				Point: poolPoint("task", "100us", "neighbour", "100us"),
				Axis:  "task",
				Unit:  "neighbour-p99-ns",
			},
			quick:       []string{"100us"},
			full:        []string{"1us", "10us", "100us", "1ms"},
			admits:      func(e entrant) bool { return lasting(e) || e.as == role.Thread && e.Name == "workers.chan" },
			quickAdmits: plain,
			minTime:     120 * time.Millisecond,
			setup:       10 * time.Millisecond,
			batch:       "tasks",
		},
		{
			Situation: catalog.Situation{
				ID: "pool-payload", Name: "64 KiB in, 64 KiB out",
				Note:  "Tasks that are given so many bytes and return as many, 100 for each CPU per Map; two workers for each CPU, chunks of 16. In process they are passed by reference; to processes they are copied.",
				Point: poolPoint("tasks", "100x", "payload", "65536"),
				Axis:  "payload",
			},
			quick:   []string{"65536"},
			full:    []string{"0", "64", "1024", "8192", "65536"},
			admits:  plain,
			minTime: 40 * time.Millisecond, // in process two batches
			setup:   10 * time.Millisecond,
			batch:   "tasks",
		},
		{
			Situation: catalog.Situation{
				ID: "pool-deep", Name: "tasks that need a deep stack",
				Note:  "Tasks that use 32 KiB of stack each, as a recursive parser does, and nothing else, 500 for each CPU per Map; two workers for each CPU. A new goroutine grows its stack from 2 KiB each time, a worker once.",
				Point: poolPoint("stack", "32768"),
				Axis:  "stack",
			},
			quick:  []string{"32768"},
			full:   []string{"0", "2048", "8192", "32768", "131072"},
			admits: plain,
			batch:  "tasks",
			setup:  10 * time.Millisecond,

			quickAdmits: goroutines,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-threads", Name: "10 µs of CPU, each worker on an OS thread of its own",
				Note:     "As 10 µs of CPU, but with workers locked to threads, as cgo libraries and graphics want it. workers.chan and workers.mutex keep theirs; parfor and steal make and end them with each Map, which is 500 tasks for each CPU. The same workers as goroutines stand beside them: the difference is the price of the threads.",
				Point:    poolPoint("task", "10us"),
				Axis:     "task",
				Eligible: map[string]string{"as": string(role.Thread)},
			},
			quick:       []string{"0ns", "10us"},
			full:        []string{"0ns", "1us", "10us", "100us", "1ms"},
			admits:      threaded,
			quickAdmits: func(e entrant) bool { return e.Name == "workers.chan" || e.Name == "parfor" },
		},
		{
			Situation: catalog.Situation{
				ID: "pool-imap", Name: "results streamed in order",
				Note:  fmt.Sprintf("Tasks of 10 µs of CPU, 500 for each CPU, whose inputs are taken one after the other as there is room and whose results are read in that order: Python's imap. Two workers for each CPU, each with %d chunks in hand; of pools that bound each Map by itself so many may run at once.", streamWindow),
				Point: poolPoint("task", "10us", "results", "ordered"),
				Axis:  "chunk",
			},
			full:   []string{"1", "16", "64"},
			admits: lasting,
			batch:  "tasks",
			setup:  10 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-imap-unordered", Name: "results streamed as they come, skewed",
				Note:  fmt.Sprintf("Tasks of 10 µs of CPU on average, 500 for each CPU, every tenth ten times as long as the others, whose results are read as they come: Python's imap_unordered. Two workers for each CPU, each with %d chunks in hand.", streamWindow),
				Point: poolPoint("task", "10us", "skew", "10x", "results", "unordered"),
				Axis:  "chunk",
			},
			full:   []string{"1", "16", "64"},
			admits: lasting,
			batch:  "tasks",
			setup:  10 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-imap-skewed", Name: "results streamed in order, skewed",
				Note:  "The same, read in order: what a long task holds back.",
				Point: poolPoint("task", "10us", "skew", "10x", "results", "ordered"),
				Axis:  "chunk",
			},
			full:   []string{"1", "16", "64"},
			admits: lasting,
			batch:  "tasks",
			setup:  10 * time.Millisecond,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "pool-retire", Name: "workers that are replaced",
				Note:     "Tasks of 100 µs of CPU, 500 for each CPU per Map; two worker processes for each CPU, each replaced after 100 tasks: Python's maxtasksperchild. With 0 none is. A process per task stands beside them.",
				Point:    poolPoint("task", "100us", "chunk", "1", "retire", "100"),
				Axis:     "retire",
				Eligible: map[string]string{"as": string(role.Process)},
			},
			full:   []string{"0", "10", "100", "1000"},
			admits: func(e entrant) bool { return e.as == role.Process && e.Name != "proc" },
			batch:  "tasks",
			setup:  10 * time.Millisecond,
			only:   Full,
		},
	}
}

// run measures one case, of whichever kind its keys say.
func (t *PoolTable) run(b *testing.B, c *conditions) {
	b.StopTimer()
	switch {
	case c.Keys["rate"] != closedLoop:
		t.runLatency(b, c)
	case c.Keys["results"] == "cancelled":
		t.runCancelled(b, c)
	default:
		t.runBatches(b, c)
	}
}

// runBatches does b.N tasks, a batch at a time.
func (t *PoolTable) runBatches(b *testing.B, c *conditions) {
	v, p, err := t.open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	}()
	tasks, want := batch(c)
	apply := p.Map
	if order := c.Keys["results"]; order != "map" {
		o := pool.StreamOptions{Window: streamWindow * c.count("workers"), Chunk: c.count("chunk"), Unordered: order == "unordered"}
		apply = streamed(p, o)
	}
	if idle := warming(v.Reuses, c, tasks[:min(len(tasks), b.N)]); idle != nil {
		if _, err := apply(b.Context(), idle); err != nil {
			b.Fatal(err)
		}
	}
	late := beating(c.duration("neighbour"))
	defer late.stop()

	var wall, cpu time.Duration
	known := true
	c.heap.begin()
	b.ResetTimer()
	b.StartTimer()
	for done := 0; done < b.N; {
		n := min(len(tasks), b.N-done)
		before, ok := cpuWith(p)
		start := clock.Now()
		out, err := apply(b.Context(), tasks[:n])
		wall += clock.Since(start)
		after, still := cpuWith(p)
		cpu += after - before
		known = known && ok && still
		if err := verify(tasks[:n], want, out, err); err != nil {
			b.Fatal(err)
		}
		done += n
	}
	b.StopTimer()
	c.heap.end()
	if !known {
		cpu = -1
	}
	reportTimes(b, b.N, wall, cpu)
	c.heap.report(b, b.N)
	if p99, enough := late.stop(); enough {
		b.ReportMetric(float64(p99), "neighbour-p99-ns")
	}
}

// warming is what a pool is given before the clock runs: tasks without their CPU work
// and their fate. The first batch of a process is dearer, and not for all alike: 10,000
// goroutines find no stacks of earlier ones, 10,000 workers have no timers yet. Where it
// was the whole sample it put a goroutine per task before the workers, and every later
// batch does the reverse. Worker processes are warm after a chunk each, and a batch of
// large inputs takes them a second; a process per task leaves nothing to the next batch.
func warming(reuses bool, c *conditions, batch []Task) []Task {
	if c.Keys["as"] == string(role.Process) {
		if !reuses {
			return nil
		}
		batch = batch[:min(len(batch), c.count("workers")*c.count("chunk"))]
	}
	idle := slices.Clone(batch)
	for i := range idle {
		idle[i].Spin, idle[i].Fate = 0, Returns
	}
	return idle
}

// streamWindow is how many chunks are in hand for each worker: with fewer, workers idle
// while the first in order takes long or its reader is on its way.
const streamWindow = 8

// streamed is Map by way of a stream, whose reader does nothing but collect.
func streamed(p pool.Pool[Task, Result], o pool.StreamOptions) func(context.Context, []Task) ([]Result, error) {
	return func(ctx context.Context, tasks []Task) ([]Result, error) {
		out := make([]Result, len(tasks))
		var failures pool.Failures
		read := 0
		for d := range pool.Stream(ctx, p, o, slices.Values(tasks)) {
			read++
			out[d.Index] = d.Out
			if d.Err != nil {
				failures = append(failures, pool.TaskError{Index: d.Index, Err: d.Err})
			}
		}
		switch {
		case read != len(tasks):
			return out, wrong("the stream yielded %d of %d", read, len(tasks))
		case failures != nil:
			slices.SortFunc(failures, func(a, b pool.TaskError) int { return a.Index - b.Index })
			return out, failures
		}
		return out, nil
	}
}

// open makes a pool of the variant that a case names.
func (t *PoolTable) open(c *conditions) (v pool.Variant[Task, Result], p pool.Pool[Task, Result], err error) {
	v, err = variantOf(c, t.Bench, func(v pool.Variant[Task, Result]) string { return v.Name })
	if err != nil {
		return v, nil, err
	}
	p, err = v.New(perform, pool.Options{
		As:         role.As(c.Keys["as"]),
		Workers:    c.count("workers"),
		Chunk:      c.count("chunk"),
		MaxTasks:   c.count("retire"),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
	})
	return v, p, err
}

package bench

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/clock"
	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/spawn"
	"crossover/patterns/spawn/spawntest"
)

// Spawn is the spawn pattern with this repository's own variants.
func Spawn() Pattern {
	return SpawnOf(SpawnTable{
		Bench: spawn.Variants[Start, uint64](),
		Law:   spawn.Variants[spawntest.Arg, spawntest.Result](),
	})
}

// SpawnTable is a table of spawners, once for the workers of cases and once for
// those of laws.
type SpawnTable struct {
	Bench  []spawn.Variant[Start, uint64]
	Law    []spawn.Variant[spawntest.Arg, spawntest.Result]
	Breaks lawtest.Breaks // laws that are known not to be kept
}

// SpawnOf is the spawn pattern with any table of variants.
func SpawnOf(table SpawnTable) Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "spawn",
			Benchmark: "BenchmarkSpawn",
			Question:  "How many can I start a second, and what does each hold?",
			Original:  "spawn_processes.py",
			Op:        "start",
			Axes: []catalog.Axis{
				{Key: "workers", Title: "workers per Spawn", Unit: "workers"},
				{Key: "stack", Title: "stack that a worker uses", Unit: "B"},
				{Key: "until", Title: "measured until"},
			},
		},
		situations: spawnSituations(),
		run:        table.run,
	}
	for _, v := range table.Bench {
		d := describe("spawn", v.Info)
		d.Properties["bounded"] = yes(v.Bounded)
		d.Properties["keeps"] = yes(v.Keeps)
		p.Variants = append(p.Variants, d)
		p.entrants = append(p.entrants, entrant{Info: v.Info, as: v.As, reuses: v.Keeps, admits: spawnAdmits(v.As)})
	}
	p.floors = spawnFloors()
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(spawntest.Laws(), spawntest.Subjects(table.Law), table.Breaks)
	return p
}

// spawnAdmits says how many workers of a kind a machine has room for: processes
// that are there at once take a megabyte each or more, and the Go runtime ends the
// program at 10,000 threads.
func spawnAdmits(as role.As) func(map[string]string) bool {
	return func(keys map[string]string) bool {
		return as == role.Goroutine || (&conditions{Keys: keys}).count("workers") <= 1000
	}
}

func spawnPoint(workers, stack, until string) map[string]string {
	return map[string]string{"workers": workers, "stack": stack, "until": until}
}

func spawnSituations() []situation {
	goroutines := func(e entrant) bool { return e.as == role.Goroutine }
	processes := func(e entrant) bool { return e.as == role.Process }
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "spawn-request", Name: "goroutine per request",
				Note:  "1,000 workers per Spawn, each of which uses 4 KiB of stack, as a request handler soon does, and nothing else; from the call until all are joined.",
				Point: spawnPoint("1000", "4096", "joined"),
				Axis:  "stack",
			},
			quick:  []string{"0", "4096"},
			full:   []string{"0", "1024", "4096", "16384", "65536"},
			admits: goroutines,
			batch:  "workers",
		},
		{
			Situation: catalog.Situation{
				ID: "spawn-parked", Name: "10,000 parked",
				Note:  "10,000 workers that are started and then wait, as for a message that does not come. resident-bytes/worker is what the process grew by until all were waiting; ns/op runs until then, and so does all-running-ns, for all together. The program has had none before; where it has, their stacks lie ready and starting costs less.",
				Point: spawnPoint("10000", "0", "running"),
				Axis:  "workers",
				Unit:  "resident-bytes/worker",
			},
			quick:  []string{"10000"},
			full:   []string{"100", "1000", "10000", "100000", "1000000"},
			admits: goroutines,
			batch:  "workers",
			once:   true,
		},
		{
			Situation: catalog.Situation{
				ID: "spawn-cold", Name: "cold helper process",
				Note:     "A process is started for one argument, answers and is joined. It is this program again, whose own start is most of it: a smaller one is faster, down to the floor.",
				Point:    spawnPoint("1", "0", "joined"),
				Axis:     "workers",
				Eligible: map[string]string{"as": string(role.Process), "keeps": "no"},
			},
			quick:  []string{"1", "16"},
			batch:  "workers",
			full:   []string{"1", "4", "16", "64", "256", "1000"},
			admits: func(e entrant) bool { return processes(e) && !e.reuses },
		},
		{
			Situation: catalog.Situation{
				ID: "spawn-warm", Name: "warm helper",
				Note:     "As a cold helper process, but helpers may be there already: those that keep their workers have one ready. A goroutine that is kept stands beside them; the difference is the price of isolation.",
				Point:    spawnPoint("1", "0", "joined"),
				Axis:     "workers",
				Eligible: map[string]string{"as": string(role.Process)},
			},
			quick:  []string{"1"},
			full:   []string{"1", "4", "16"},
			batch:  "workers",
			admits: func(e entrant) bool { return processes(e) || e.reuses },
			setup:  10 * time.Millisecond,
		},
		{
			Situation: catalog.Situation{
				ID: "spawn-burst", Name: "a burst of starts",
				Note:  "From one worker to a million goroutines, or a thousand threads or processes, per Spawn, that do nothing; from the call until all are joined.",
				Point: spawnPoint("1000", "0", "joined"),
				Axis:  "workers",
			},
			full:   []string{"1", "10", "100", "1000", "10000", "100000", "1000000"},
			admits: func(entrant) bool { return true },
			batch:  "workers",
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "spawn-parked-apart", Name: "100 parked threads or processes",
				Note:  "As 10,000 parked, with workers on threads of their own and in processes; the baseline's goroutines stand beside them. What the kernel keeps for each is not in it.",
				Point: spawnPoint("100", "0", "running"),
				Axis:  "workers",
				Unit:  "resident-bytes/worker",
			},
			full:   []string{"10", "100", "1000"},
			admits: func(e entrant) bool { return !goroutines(e) || e.Name == "go" },
			batch:  "workers",
			once:   true,
			only:   Full,
		},
	}
}

// Start is what a worker is told.
type Start struct {
	Index int
	Stack int // bytes of stack to use
}

var begin = spawn.Named("bench.start", func(s Start) (uint64, error) {
	return descend(s.Stack, uint64(s.Index)), nil
})

// run starts and joins b.N workers, one Spawn after the other.
func (t *SpawnTable) run(b *testing.B, c *conditions) {
	b.StopTimer()
	args := make([]Start, c.count("workers"))
	for i := range args {
		args[i] = Start{i, c.count("stack")}
	}
	empty := int64(-1)
	if c.Keys["until"] == "running" {
		empty = grown(0)
	}
	s, err := t.open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Release(); err != nil {
			b.Error(err)
		}
	}()
	if c.Keys["until"] == "running" {
		park(b, c, s, args, empty)
		return
	}

	if t.keeps(c) { // workers are there, and their stacks have grown, before the clock runs
		if err := verifyEnds(s.Spawn(b.Context(), nil, args), len(args)); err != nil {
			b.Fatal(err)
		}
	}
	var wall, cpu time.Duration
	known := true
	ops := 0
	c.heap.begin()
	b.ResetTimer()
	b.StartTimer()
	for ops < b.N {
		n := min(len(args), b.N-ops)
		before, ok := cpuWith(s)
		start := clock.Now()
		ends := s.Spawn(b.Context(), nil, args[:n])
		wall += clock.Since(start)
		after, still := cpuWith(s)
		cpu += after - before
		known = known && ok && still
		if err := verifyEnds(ends, n); err != nil {
			b.Fatal(err)
		}
		ops += n
	}
	b.StopTimer()
	c.heap.end()
	if !known {
		cpu = -1
	}
	reportTimes(b, ops, wall, cpu)
	c.heap.report(b, ops)
}

// park starts b.N workers, one Spawn after the other, and holds each lot until all
// of it is running. empty is how big the process was before it had a spawner.
func park(b *testing.B, c *conditions, s spawn.Spawner[Start, uint64], args []Start, empty int64) {
	var wall, cpu time.Duration
	known := c.Keys["as"] != string(role.Process) // processes tell when they answer
	ops, held := 0, int64(-1)
	b.ResetTimer()
	for ops < b.N {
		n := min(len(args), b.N-ops)
		hold := spawn.NewHold(n)
		ended := make(chan []spawn.End[uint64], 1)
		b.StartTimer()
		before, ok := role.SelfCPU()
		start := clock.Now()
		go func() { ended <- s.Spawn(b.Context(), hold, args[:n]) }()
		<-hold.Running()
		wall += clock.Since(start)
		after, _ := role.SelfCPU()
		cpu += after - before
		known = known && ok
		b.StopTimer()
		if held < 0 && n == len(args) && empty >= 0 {
			held = grown(empty)
		}
		hold.Release()
		if err := verifyEnds(<-ended, n); err != nil {
			b.Fatal(err)
		}
		ops += n
	}
	if !known {
		cpu = -1
	}
	reportTimes(b, ops, wall, cpu)
	if ops >= len(args) {
		b.ReportMetric(float64(wall)*float64(len(args))/float64(ops), "all-running-ns")
	}
	if held >= 0 {
		b.ReportMetric(float64(held)/float64(len(args)), "resident-bytes/worker")
	}
}

func (t *SpawnTable) open(c *conditions) (spawn.Spawner[Start, uint64], error) {
	v, err := t.variant(c)
	if err != nil {
		return nil, err
	}
	return v.New(begin, spawn.Options{
		Limit:      c.count("workers"),
		Starters:   4,
		Ready:      c.count("workers"),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
	})
}

func (t *SpawnTable) variant(c *conditions) (spawn.Variant[Start, uint64], error) {
	return variantOf(c, t.Bench, func(v spawn.Variant[Start, uint64]) string { return v.Name })
}

// keeps reports whether a worker is not ended but given the next argument.
func (t *SpawnTable) keeps(c *conditions) bool {
	v, err := t.variant(c)
	return err == nil && v.Keeps
}

// grown is how many bytes more than that this process and its children keep the
// machine from using otherwise; -1 where the platform does not say. What the
// garbage collector could give back is given back first. Of a goroutine that has
// ended the runtime keeps a descriptor for the next one, so that only a process
// that has not had so many yet sees them whole.
func grown(before int64) int64 {
	debug.FreeOSMemory()
	var sum int64
	for _, pid := range append(roletest.Children(), 0) {
		r, err := resident(pid)
		if err != nil {
			return -1
		}
		sum += r
	}
	return sum - before
}

// verifyEnds checks that so many workers ran, each with its own argument.
func verifyEnds(ends []spawn.End[uint64], workers int) error {
	if len(ends) != workers {
		return wrong("%d workers ended, want %d", len(ends), workers)
	}
	for i, e := range ends {
		if e.Err != nil {
			return fmt.Errorf("worker %d: %w", i, e.Err)
		}
		if e.Out != uint64(i) {
			return wrong("worker %d gave %d", i, e.Out)
		}
	}
	return nil
}

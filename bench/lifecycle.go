package bench

import (
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns"
	"crossover/patterns/clock"
	"crossover/patterns/lifecycle"
	"crossover/patterns/lifecycle/lifecycletest"
	"crossover/patterns/role"
)

// Lifecycle is the lifecycle pattern as this suite measures it.
func Lifecycle() Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "lifecycle",
			Benchmark: "BenchmarkLifecycle",
			Question:  "How fast can I stop a worker, or notice that it died?",
			Original:  "process_lifecycle.py",
			Op:        "stop",
			Axes: []catalog.Axis{
				{Key: "end", Title: "how the worker ends"},
				{Key: "parallel", Title: "workers stopped at once"},
				{Key: "memory", Title: "memory of the parent", Unit: "B"},
				{Key: "files", Title: "open descriptors of the parent"},
			},
		},
		situations: lifecycleSituations(),
		run:        runLifecycle,
	}
	for _, v := range lifecycle.Variants() {
		d := describe("lifecycle", v.Info)
		d.Properties["can be killed"] = yes(v.Kills)
		p.Variants = append(p.Variants, d)
		p.entrants = append(p.entrants, entrant{
			Info:   v.Info,
			as:     v.As,
			admits: func(keys map[string]string) bool { return v.Kills || keys["end"] != "kill" },
		})
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(lifecycletest.Laws(), lifecycletest.Subjects(lifecycle.Variants()), nil)
	return p
}

func lifecyclePoint(end, parallel, memory, files string) map[string]string {
	return map[string]string{"end": end, "parallel": parallel, "memory": memory, "files": files}
}

// mostStops bounds a sample of processes: to start one takes longer than to stop it, and is
// not what is measured. Rounded up to whole groups of those that are stopped at once.
func mostStops(e entrant, keys map[string]string) int {
	stops := 24 // fewer were tempting, but the first of a small program cost more
	if e.Name == "self" || e.Name == "warm" && keys["end"] != "ask" {
		stops = 8 // a process as large as this one for each
	}
	parallel := (&conditions{Keys: keys}).count("parallel")
	return (stops + parallel - 1) / parallel * parallel
}

func lifecycleSituations() []situation {
	all := func(entrant) bool { return true }
	const small, big = "0", "268435456"
	survivors := map[string]string{"survives": string(patterns.SurvivesCrash)} // of a worker's crash
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "lifecycle-stop", Name: "cooperative stop",
				Note:  "From asking a worker that waits to its having been joined, one after the other. Starting it is not in it.",
				Point: lifecyclePoint("ask", "1", small, "0"),
				Axis:  "parallel",
			},
			quick:  []string{"1"},
			full:   []string{"1", "4", "16"},
			admits: all,
			maxN:   mostStops,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-kill", Name: "ignores stop",
				Note:  "The worker was asked and goes on; from killing it to its having been joined. What cannot be killed is not here: a goroutine that does not heed its context stays.",
				Point: lifecyclePoint("kill", "1", small, "0"),
				Axis:  "parallel",
			},
			quick:  []string{"1"},
			full:   []string{"1", "4", "16"},
			admits: func(e entrant) bool { return e.as == role.Process },
			maxN:   mostStops,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-crash", Name: "crashes",
				Note:     "From telling a worker to crash to knowing of it: a process kills itself as the kernel would, out of memory. A goroutine panics instead, which is all it can survive, and is shown for the price.",
				Point:    lifecyclePoint("crash", "1", small, "0"),
				Axis:     "parallel",
				Eligible: survivors,
			},
			quick:  []string{"1"},
			full:   []string{"1", "4", "16"},
			admits: all,
			// One of those in this process is enough to show the price.
			quickAdmits: func(e entrant) bool { return e.as == role.Process || e.Name == "context" },
			maxN:        mostStops,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-stop-memory", Name: "cooperative stop, large parent",
				Note:  "As cooperative stop, while the parent holds 256 MiB that it has written.",
				Point: lifecyclePoint("ask", "1", big, "0"),
				Axis:  "memory",
			},
			full:   []string{small, "67108864", big},
			admits: all,
			maxN:   mostStops,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-kill-memory", Name: "ignores stop, large parent",
				Note:  "As ignores stop, while the parent holds 256 MiB that it has written.",
				Point: lifecyclePoint("kill", "1", big, "0"),
				Axis:  "memory",
			},
			full:   []string{small, big},
			admits: func(e entrant) bool { return e.as == role.Process },
			maxN:   mostStops,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-crash-memory", Name: "crashes, large parent",
				Note:     "As crashes, while the parent holds 256 MiB that it has written.",
				Point:    lifecyclePoint("crash", "1", big, "0"),
				Axis:     "memory",
				Eligible: survivors,
			},
			full:   []string{small, big},
			admits: all,
			maxN:   mostStops,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-stop-files", Name: "cooperative stop, many descriptors",
				Note:  "As cooperative stop, while the parent holds 1,000 open descriptors.",
				Point: lifecyclePoint("ask", "1", small, "1000"),
				Axis:  "files",
			},
			full:   []string{"0", "100", "1000"},
			admits: all,
			maxN:   mostStops,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-kill-files", Name: "ignores stop, many descriptors",
				Note:  "As ignores stop, while the parent holds 1,000 open descriptors.",
				Point: lifecyclePoint("kill", "1", small, "1000"),
				Axis:  "files",
			},
			full:   []string{"0", "1000"},
			admits: func(e entrant) bool { return e.as == role.Process },
			maxN:   mostStops,
			only:   Full,
		},
		{
			Situation: catalog.Situation{
				ID: "lifecycle-crash-files", Name: "crashes, many descriptors",
				Note:     "As crashes, while the parent holds 1,000 open descriptors.",
				Point:    lifecyclePoint("crash", "1", small, "1000"),
				Axis:     "files",
				Eligible: survivors,
			},
			full:   []string{"0", "1000"},
			admits: all,
			maxN:   mostStops,
			only:   Full,
		},
	}
}

// ending is one way of ending workers: the task they are at, what is done before
// the clock runs, and what while it does.
type ending struct {
	task            *lifecycle.Task
	beforehand, end func(lifecycle.Worker) error
	codes           []int // with which they may end
}

var (
	obedient = lifecycle.Named("bench.obedient", func(stop, over <-chan struct{}) error {
		select {
		case <-stop:
		case <-over:
		}
		return nil
	}, "echo; read input")
	deafTask = lifecycle.Named("bench.deaf", func(_, over <-chan struct{}) error {
		<-over
		return nil
	}, "trap '' TERM; echo; read input")
	panicking = lifecycle.Named("bench.panicking", func(_, over <-chan struct{}) error {
		<-over
		panic("this worker was to panic")
	}, "echo; read input; exit 2")
	dying = lifecycle.Named("bench.dying", func(_, over <-chan struct{}) error {
		<-over
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Kill()
		}
		if err == nil {
			select {} // it comes
		}
		return err
	}, "echo; read input; kill -KILL $$")
)

const (
	terminated = -int(syscall.SIGTERM)
	killed     = -int(syscall.SIGKILL)
)

func endingOf(c *conditions) ending {
	nothing := func(lifecycle.Worker) error { return nil }
	switch c.Keys["end"] {
	case "ask":
		return ending{obedient, nothing, lifecycle.Worker.Ask, []int{0, terminated}}
	case "kill":
		return ending{deafTask, lifecycle.Worker.Ask, lifecycle.Worker.Kill, []int{killed}}
	}
	if c.Keys["as"] == string(role.Process) {
		return ending{dying, nothing, lifecycle.Worker.Finish, []int{killed}}
	}
	return ending{panicking, nothing, lifecycle.Worker.Finish, []int{2}}
}

// runLifecycle ends b.N workers. They are started in batches, so that the clock
// starts and stops once for many, and ended so many at once as the case says.
func runLifecycle(b *testing.B, c *conditions) {
	defer hold(b, c.count("memory"), c.count("files"))()
	v, err := variantOf(c, lifecycle.Variants(), func(v lifecycle.Variant) string { return v.Name })
	if err != nil {
		b.Fatal(err)
	}
	starter := v.New(lifecycle.Options{GOMAXPROCS: runtime.GOMAXPROCS(0)})
	defer func() {
		if err := starter.Close(); err != nil {
			b.Error(err)
		}
	}()
	e, parallel := endingOf(c), c.count("parallel")
	size := max(64, parallel)
	if c.Keys["as"] == string(role.Process) {
		size = max(8, parallel)
	}

	var sum cost
	b.ResetTimer() // only to tell testing how long it takes: the clock that counts is our own
	for done := 0; done < b.N; {
		n := min(size, b.N-done)
		took, err := endBatch(starter, e, n, parallel)
		if err != nil {
			b.Fatal(err)
		}
		sum.add(took)
		done += n
	}
	b.StopTimer()
	sum.report(b)
}

// cost is what ending some workers took.
type cost struct {
	wall, cpu time.Duration
	unknown   bool // cpu is
}

func (c *cost) add(d cost) {
	c.wall += d.wall
	c.cpu += d.cpu
	c.unknown = c.unknown || d.unknown
}

func (c *cost) report(b *testing.B) {
	cpu := c.cpu
	if c.unknown {
		cpu = -1
	}
	reportTimes(b, b.N, c.wall, cpu)
}

// endBatch starts n workers and ends them.
func endBatch(s lifecycle.Starter, e ending, n, parallel int) (took cost, err error) {
	workers := make([]lifecycle.Worker, 0, n)
	for range n {
		w, err := s.Start(e.task)
		if err == nil {
			workers = append(workers, w)
			err = e.beforehand(w)
		}
		if err != nil {
			for _, w := range workers {
				w.Finish()
				w.Join()
			}
			return took, err
		}
	}

	ends := make([]lifecycle.End, n)
	before, known := lifecycleCPU(workers)
	start := clock.Now()
	for i := 0; i < n; i += parallel {
		group := workers[i:min(i+parallel, n)]
		for _, w := range group {
			if endErr := e.end(w); endErr != nil {
				err = endErr
				w.Finish() // or Join would wait for ever
			}
		}
		for j, w := range group {
			ends[i+j] = w.Join()
		}
	}
	took.wall = clock.Since(start)
	after, still := lifecycleCPU(workers)
	took.cpu, took.unknown = after-before, !known || !still
	if err != nil {
		return took, err
	}
	for _, end := range ends {
		if !slices.Contains(e.codes, end.Code) {
			return took, wrong("a worker ended with code %d, want one of %v: %v", end.Code, e.codes, end.Err)
		}
	}
	return took, nil
}

// lifecycleCPU is the processor time of this process and of the workers' own so
// far, and whether the platform says.
func lifecycleCPU(workers []lifecycle.Worker) (sum time.Duration, known bool) {
	sum, known = role.SelfCPU()
	for _, w := range workers {
		if w, ok := w.(interface{ CPU() (time.Duration, error) }); ok {
			used, err := w.CPU()
			sum += used
			known = known && err == nil
		}
	}
	return sum, known
}

// hold makes this process as big as the case says, until released.
func hold(b *testing.B, memory, files int) (release func()) {
	ballast := make([]byte, memory)
	for i := 0; i < memory; i += 4096 {
		ballast[i] = 1
	}
	var open []*os.File
	release = func() {
		for _, f := range open {
			f.Close()
		}
		runtime.KeepAlive(ballast)
	}
	for range files {
		f, err := os.Open(os.DevNull)
		if err != nil {
			release()
			b.Fatal(err)
		}
		open = append(open, f)
	}
	return release
}

package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"crossover/internal/catalog"
	"crossover/patterns/daemon"
	"crossover/patterns/daemon/daemontest"
	"crossover/patterns/role"
)

// Daemon is the daemon pattern as this suite measures it.
func Daemon() Pattern {
	p := Pattern{
		Pattern: catalog.Pattern{
			Name:      "daemon",
			Benchmark: "BenchmarkDaemon",
			Question:  "What survives when main goes, and what does a background worker cost while it idles?",
			Original:  "daemon_processes.py",
			Op:        "heartbeat",
			Axes: []catalog.Axis{
				{Key: "every", Title: "time between heartbeats", Unit: "ns"},
				{Key: "workers", Title: "workers"},
			},
		},
		situations: daemonSituations(),
		run:        runDaemon,
	}
	for _, v := range daemon.Variants() {
		d := describe("daemon", v.Info)
		for _, e := range daemon.Endings() {
			d.Properties["main: "+string(e)] = string(v.Ends[e])
		}
		d.Properties["deadline"] = yes(v.Deadline)
		p.Variants = append(p.Variants, d)
		for _, as := range v.Executions {
			p.entrants = append(p.entrants, entrant{Info: v.Info, as: as, admits: func(map[string]string) bool { return true }})
		}
	}
	p.Baseline = p.Variants[0].Name
	p.Guarantees = guarantees(daemontest.Laws(), daemontest.Subjects(daemontest.Own), nil)
	return p
}

func daemonPoint(every, workers string) map[string]string {
	return map[string]string{"every": every, "workers": workers}
}

func daemonSituations() []situation {
	// What main does when it leaves is nothing to an idle worker: of threads one shows
	// what they cost.
	plain := func(e entrant) bool { return e.as != role.Thread || e.Name == daemon.Variants()[0].Name }
	return []situation{
		{
			Situation: catalog.Situation{
				ID: "daemon-idle", Name: "a background worker that idles",
				Note:  "One worker with a heartbeat every 10 ms and nothing else to do: a cache that expires, a connection that is kept alive. Its pace is given, so that what decides is the CPU time of a heartbeat, with what the runtime that it beats in uses meanwhile.",
				Point: daemonPoint("10ms", "1"),
				Axis:  "every",
				Unit:  "cpu-ns/op",
			},
			quick:   []string{"10ms"},
			full:    []string{"1ms", "10ms", "100ms"},
			admits:  plain,
			scaling: true, // with one P nobody looks whether another has work
			minTime: 100 * time.Millisecond,
			setup:   settling,
			minN:    10,
		},
		{
			Situation: catalog.Situation{
				ID: "daemon-held", Name: "what an idle worker holds",
				Note:  "The same worker, and the memory that the machine cannot use otherwise because of it. A goroutine's is too little to be seen alone and is measured on a crowd of 1,000.",
				Point: daemonPoint("10ms", "1"),
				Axis:  "workers",
				Unit:  "resident-bytes/worker",
			},
			quick:   []string{"1"},
			full:    []string{"1", "8", "64"},
			admits:  func(e entrant) bool { return e.as != role.Thread },
			minTime: 100 * time.Millisecond,
			setup:   settling,
			minN:    10,
		},
		{
			Situation: catalog.Situation{
				ID: "daemon-main-crash", Name: "work in hand that must survive a crash of main",
				Note:     "As a background worker that idles. Advised are those only that complete the work in hand when main is killed.",
				Point:    daemonPoint("10ms", "1"),
				Eligible: map[string]string{"main: sigkill": string(daemon.Drains)},
				Unit:     "cpu-ns/op",
			},
			admits:  plain,
			minTime: 100 * time.Millisecond,
			setup:   settling,
			minN:    10,
		},
	}
}

// pulse is a heartbeat with nothing to do. The first in a process settles it.
var pulse = daemon.Named("bench.pulse", func([]*os.File) error {
	settle()
	return nil
})

// settle makes a process used to being woken: the first dozens of times cost a new one two to
// four times what later ones do.
var settle = sync.OnceFunc(func() {
	for range settling / time.Millisecond {
		time.Sleep(time.Millisecond)
	}
})

const settling = 60 * time.Millisecond // at least

// crowd is how many goroutines it takes for their memory to be seen.
const crowd = 1000

// runDaemon has workers beat b.N times in all, at least once each, not counting those of
// starting, and then looks at what one holds.
func runDaemon(b *testing.B, c *conditions) {
	b.StopTimer()
	v, err := variantOf(c, daemon.Variants(), func(v daemon.Variant) string { return v.Name })
	if err != nil {
		b.Fatal(err)
	}
	as, workers, every := role.As(c.Keys["as"]), c.count("workers"), c.duration("every")
	want := max(b.N, workers)
	if as != role.Process {
		settle()
	}
	b.StartTimer()
	staff, err := employ(v, as, every, workers, func(i int) int { return daemon.Starting + share(want, workers, i) })
	if err != nil {
		b.Fatal(err)
	}
	// Of goroutines and threads all counts that this process uses, from where reports do:
	// their share of the runtime cannot be told from it. While processes beat it waits, and
	// then hears their reports, which is no heartbeat's.
	time.Sleep(daemon.Starting*every + every/2)
	before, known := role.SelfCPU()
	for _, d := range staff {
		<-d.Done()
	}
	after, _ := role.SelfCPU()
	b.StopTimer()
	reports, err := dismiss(staff)
	if err != nil {
		b.Fatal(err)
	}
	beats := 0
	for _, r := range reports {
		beats += r.Out
	}
	if all := want + workers*daemon.Starting; beats != all {
		b.Fatal(wrong("%d heartbeats, want %d", beats, all))
	}
	cpu := after - before
	if as == role.Process {
		cpu = workersCPU(as, reports)
	}
	if !known {
		cpu = -1
	}
	reportTimes(b, want, span(reports), cpu)
	if bytes, err := holding(v, as, every, workers); err == nil {
		b.ReportMetric(bytes, "resident-bytes/worker")
	} else if !errors.Is(err, errors.ErrUnsupported) {
		b.Fatal(err)
	}
}

// employ starts workers that beat so often, 0 meaning without end.
func employ(v daemon.Variant, as role.As, every time.Duration, workers int, beats func(i int) int) (staff []daemon.Daemon, err error) {
	for i := range workers {
		d, err := v.Start(pulse, daemon.Options{As: as, Every: every, Beats: beats(i), GOMAXPROCS: runtime.GOMAXPROCS(0)})
		if err != nil {
			dismiss(staff)
			return nil, err
		}
		staff = append(staff, d)
	}
	return staff, nil
}

// dismiss stops workers and collects their reports.
func dismiss(staff []daemon.Daemon) (reports []daemon.Report, err error) {
	for _, d := range staff {
		r, stopErr := d.Stop()
		if stopErr != nil {
			err = stopErr
		}
		reports = append(reports, r)
	}
	return reports, err
}

// holding is the resident memory of a worker: of a process its own, of a goroutine
// what this process grows by for each of a crowd. A thread's is not known: most of it
// is the kernel's, and the rest stays with the runtime for the next thread.
func holding(v daemon.Variant, as role.As, every time.Duration, workers int) (bytes float64, err error) {
	switch as {
	case role.Goroutine:
		workers = crowd
	case role.Thread:
		return 0, fmt.Errorf("the memory of a thread: %w", errors.ErrUnsupported)
	}
	debug.FreeOSMemory()
	before, err := resident(0)
	if err != nil {
		return 0, err
	}
	staff, err := employ(v, as, every, workers, func(int) int { return 0 })
	if err != nil {
		return 0, err
	}
	var sum int64
	if as == role.Process {
		sum, err = residentAll(staff)
	} else {
		sum, err = resident(0)
		sum -= before
	}
	if _, stopErr := dismiss(staff); err == nil {
		err = stopErr
	}
	return float64(max(sum, 1)) / float64(workers), err
}

// residentAll is the resident memory of worker processes together.
func residentAll(staff []daemon.Daemon) (sum int64, err error) {
	for _, d := range staff {
		bytes, err := resident(d.(interface{ Pid() int }).Pid())
		if err != nil {
			return 0, err
		}
		sum += bytes
	}
	return sum, nil
}

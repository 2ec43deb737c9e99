package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"crossover/internal/affinity"
	"crossover/patterns/role"
)

// grace is how long a role may take to end once it is asked to.
const grace = 2 * time.Second

// crew is the parties of one benchmark, from setting up to the report.
type crew[Out any] struct {
	ctx  context.Context
	gate *role.Gate

	b       *testing.B
	options [2]role.Options // of either side
	most    int             // CPUs that the case may use
	limited *timeLimit      // nil: none
	paced   bool            // most processor time goes into waiting for intended times
	heap    *heap           // nil: not counted
	handles []*role.Handle[Out]
	err     error // of starting
	wall    time.Duration
	cpu     time.Duration // of all processes; negative if not known, or of no use
}

// newCrew stops b's clock until work starts.
func newCrew[Out any](b *testing.B, c *conditions, parties int) *crew[Out] {
	b.StopTimer()
	as := role.As(c.Keys["as"])
	crew := &crew[Out]{
		ctx:  b.Context(),
		gate: role.NewGate(parties),
		b:    b,

		most:  c.cpus(),
		paced: c.Keys["rate"] != "" && c.Keys["rate"] != closedLoop,
		heap:  c.heap,
	}
	where, err := placement(c.Pin)
	crew.err = err
	for side := range crew.options {
		o := &crew.options[side]
		o.As, o.CPUs = as, where[side]
		if as == role.Process {
			o.GOMAXPROCS = runtime.GOMAXPROCS(0)
		}
	}
	return crew
}

// side is how a party runs that is on side 0 (producer, client) or 1 (consumer,
// server); parties that are all alike take turns, side(i).
func (c *crew[Out]) side(i int) role.Options { return c.options[i%2] }

// placement is the CPUs of either side; those of split are of two cores, if there are two.
func placement(pin string) (sides [2][]int, err error) {
	if pin == "" {
		return sides, nil
	}
	cpus, err := affinity.CPUs()
	if err != nil {
		return sides, fmt.Errorf("-pin=%s: %w", pin, err)
	}
	if len(cpus) < 2 {
		return sides, fmt.Errorf("-pin=%s needs two CPUs, this process may use %d", pin, len(cpus))
	}
	sides[0], sides[1] = cpus[:1], cpus[:1]
	if pin == "split" {
		sides[1] = cpus[1:2]
	}
	return sides, nil
}

// timeLimit is the longest that the work of a case may take.
type timeLimit struct {
	after   time.Duration
	relieve func()
	hit     atomic.Bool
}

// longestWork is what work that may take far longer than was foreseen is given.
const longestWork = 2 * time.Second

// atMost ends the work early, by calling relieve, if it takes longer: spinning
// parties that outnumber the CPUs need milliseconds where others need
// nanoseconds, and threads may come to pass a lock on at each entry. The parties
// then have to end well, with what they have done; the benchmark reports the cost
// of that and capped=1.
func (c *crew[Out]) atMost(d time.Duration, relieve func()) {
	c.limited = &timeLimit{after: d, relieve: relieve}
}

// longestSpin is how long the work of so many spinning parties may take. Where they
// outnumber the CPUs an operation may wait for the end of a time slice, of milliseconds, and
// a sample has few operations or but one: two seconds would be no limit. Intended times may
// be as far apart.
func (c *crew[Out]) longestSpin(spinners int) time.Duration {
	if c.paced || spinners <= c.cpus() {
		return longestWork
	}
	return min(longestWork, 10*time.Millisecond+time.Duration(c.b.N)*time.Millisecond)
}

// cpus is how many CPUs the parties can have at once.
func (c *crew[Out]) cpus() int {
	sides := slices.Concat(c.options[0].CPUs, c.options[1].CPUs)
	if len(sides) == 0 {
		return c.most
	}
	slices.Sort(sides)
	return len(slices.Compact(sides))
}

// add takes the result of starting a role.
func (c *crew[Out]) add(h *role.Handle[Out], err error) {
	if err != nil {
		c.err = errors.Join(c.err, err)
		return
	}
	c.handles = append(c.handles, h)
}

// work opens the gate, joins everybody and takes the times. If a party fails,
// giveUp must wake whoever waits for it; the benchmark fails when all are gone.
func (c *crew[Out]) work(ended func(i int), giveUp func()) []role.Report[Out] {
	c.heap.begin()
	before, _ := role.SelfCPU()
	c.b.ResetTimer()
	c.b.StartTimer()
	if c.err == nil {
		c.err = c.gate.Open(c.ctx)
	}
	if c.err != nil {
		giveUp()
		for _, h := range c.handles {
			h.Stop(grace)
		}
		c.b.Fatal(c.err)
	}
	defer c.limited.watch()()
	reports, err := gather(c.handles, ended, giveUp)
	c.b.StopTimer()
	after, known := role.SelfCPU()
	c.heap.end()
	if err != nil {
		c.b.Fatal(err)
	}
	c.wall = span(reports)
	c.cpu = -1
	if known && !c.paced {
		c.cpu = after - before + workersCPU(c.options[0].As, reports)
	}
	return reports
}

// report prints the metrics that all cases have, per operation.
func (c *crew[Out]) report(ops int) {
	reportTimes(c.b, ops, c.wall, c.cpu)
	c.heap.report(c.b, ops)
	if c.limited != nil {
		hit := 0.0
		if c.capped() {
			hit = 1
		}
		c.b.ReportMetric(hit, "capped")
	}
}

// watch relieves the parties in due time, until it is stopped. Once stop has
// returned nothing of it is under way: the mechanism may be released.
func (l *timeLimit) watch() (stop func()) {
	if l == nil {
		return func() {}
	}
	done := make(chan struct{})
	t := time.AfterFunc(l.after, func() {
		defer close(done)
		l.hit.Store(true)
		l.relieve()
	})
	return func() {
		if !t.Stop() {
			<-done
		}
	}
}

// capped reports whether the work was ended early.
func (c *crew[Out]) capped() bool { return c.limited != nil && c.limited.hit.Load() }

// reportTimes prints ns/op and, where it is known, cpu-ns/op.
func reportTimes(b *testing.B, ops int, wall, cpu time.Duration) {
	b.ReportMetric(float64(wall)/float64(ops), "ns/op")
	if cpu >= 0 {
		b.ReportMetric(float64(cpu)/float64(ops), "cpu-ns/op")
	}
}

// gather joins all roles of a benchmark. ended is called as each one ends well;
// on the first that does not, giveUp is called to wake whoever waits for it and
// the others are stopped. It returns when nobody is left.
func gather[Out any](handles []*role.Handle[Out], ended func(i int), giveUp func()) ([]role.Report[Out], error) {
	type end struct {
		i   int
		err error
	}
	reports := make([]role.Report[Out], len(handles))
	ends := make(chan end)
	for i, h := range handles {
		go func() {
			var err error
			reports[i], err = h.Join()
			ends <- end{i, err}
		}()
	}
	var first error
	for range handles {
		e := <-ends
		switch {
		case first != nil: // what follows from the first failure
		case e.err != nil:
			first = e.err
			giveUp()
			for _, h := range handles {
				go h.Stop(grace)
			}
		default:
			ended(e.i)
		}
	}
	return reports, first
}

// span is the time from the first start to the last end.
func span[Out any](reports []role.Report[Out]) time.Duration {
	start, end := reports[0].Start, reports[0].End
	for _, r := range reports {
		if r.Start.Before(start) {
			start = r.Start
		}
		if r.End.After(end) {
			end = r.End
		}
	}
	return end.Sub(start)
}

// workersCPU is the processor time of roles that ran as processes.
func workersCPU[Out any](as role.As, reports []role.Report[Out]) time.Duration {
	if as != role.Process {
		return 0 // it is in this process's account already
	}
	var sum time.Duration
	for _, r := range reports {
		sum += r.CPU
	}
	return sum
}

// errWrong is a benchmark whose result is not what it should be.
var errWrong = errors.New("wrong result")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errWrong, fmt.Sprintf(format, args...))
}

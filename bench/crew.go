package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"crossover/patterns/role"
)

// grace is how long a role may take to end once it is asked to.
const grace = 2 * time.Second

// crew is the parties of one benchmark, from setting up to the report.
type crew[Out any] struct {
	ctx     context.Context
	gate    *role.Gate
	options role.Options

	b       *testing.B
	handles []*role.Handle[Out]
	err     error // of starting
	wall    time.Duration
	cpu     time.Duration // of all processes; negative if the platform does not say
}

// newCrew stops b's clock until work starts.
func newCrew[Out any](b *testing.B, c *conditions, parties int) *crew[Out] {
	b.StopTimer()
	as := role.As(c.Keys["as"])
	crew := &crew[Out]{
		ctx:     b.Context(),
		gate:    role.NewGate(parties),
		options: role.Options{As: as},
		b:       b,
	}
	if as == role.Process {
		crew.options.GOMAXPROCS = runtime.GOMAXPROCS(0)
	}
	return crew
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
	before, _ := selfCPU()
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
	reports, err := gather(c.handles, ended, giveUp)
	c.b.StopTimer()
	after, known := selfCPU()
	if err != nil {
		c.b.Fatal(err)
	}
	c.wall = span(reports)
	c.cpu = -1
	if known {
		c.cpu = after - before + workersCPU(c.options.As, reports)
	}
	return reports
}

// report prints the metrics that all cases have, per operation.
func (c *crew[Out]) report(ops int) { reportTimes(c.b, ops, c.wall, c.cpu) }

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

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"crossover/internal/study"
)

// measure does what the command line asks for.
func measure(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	switch {
	case o.selftest != "":
		return selfTest(ctx, o, trialOf(o.selftest), stdout, stderr)
	case len(o.studies) > 0:
		return sameAdvice(ctx, o.studies, stdout)
	case o.profile != "":
		return profile(ctx, o, stdout, stderr)
	}
	j := &job{
		o: o, stdout: stdout, stderr: stderr, warned: []string{},
		start: time.Now(), load: loadAverage(), // before anything adds to it
	}
	defer j.close()
	return j.do(ctx)
}

// A job is the whole road from the command line to a study.
type job struct {
	o              *options
	stdout, stderr io.Writer
	start          time.Time
	load           float64  // of the machine, then
	warned         []string // so far

	// What is to be measured, by prepare:
	usable      []int // CPUs
	cpus, procs []int // asked for
	cache       *cache
	prog        *program
	plan        *plan
	twin        *twin        // nil if there is none
	begun       *study.Begun // nil if the study is new

	// The study, by begin:
	dir     string
	scratch string // for what samples leave
	m       study.Machine
	w       *study.Writer
	sampler *sampler
}

// do prepares a study, begins it or goes on with it, measures, and ends it.
func (j *job) do(ctx context.Context) error {
	if err := j.prepare(ctx); err != nil {
		return err
	}
	if j.o.dryRun {
		return j.plan.print(j.stdout)
	}
	s, err := j.begin(ctx)
	if err != nil {
		return err
	}
	err = j.carryOut(ctx, s)
	return j.tell(s, j.end(s, err))
}

// carryOut measures.
func (j *job) carryOut(ctx context.Context, s *session) error {
	s.ledger.preparing = time.Since(j.start)
	if err := s.calibrate(ctx); err != nil {
		return err
	}
	j.sampler.watch.look() // calibrating is over
	return s.run(ctx)
}

func (j *job) warn(s string) {
	j.warned = append(j.warned, s)
	fmt.Fprintln(j.stderr, "warning:", s)
}

// close lets go of what is open: of studies a second time, after a good end.
func (j *job) close() {
	if j.sampler != nil {
		j.sampler.probe.close()
	}
	if j.twin != nil && j.twin.w != nil {
		j.twin.w.Close()
	}
	if j.w != nil {
		j.w.Close()
	}
	if j.scratch != "" {
		if err := removeAll(j.scratch); err != nil {
			fmt.Fprintln(j.stderr, "warning: what samples left stays:", err)
		}
	}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"crossover/internal/study"
)

// begin makes the study, or goes on with the one that was begun, and returns the session
// that will carry out the plan.
func (j *job) begin(ctx context.Context) (_ *session, err error) {
	j.m = j.describe(ctx)
	if ctx.Err() != nil { // then it lacks what go and git were being asked
		return nil, errInterrupted
	}
	for _, w := range warnings(j.m, slices.Max(j.cpus), j.load, cpuQuota()) {
		j.warn(w)
	}
	j.dir = cmp.Or(j.o.out, defaultDir(j.m))
	if j.scratch, err = j.cache.scratch(); err != nil {
		return nil, err
	}
	if j.begun != nil {
		err = j.goOn()
	} else {
		err = j.create(ctx)
	}
	if err != nil {
		return nil, err
	}
	return j.session()
}

// describe is machine.json as it begins.
func (j *job) describe(ctx context.Context) study.Machine {
	m := describe(ctx, j.prog)
	m.Command, m.Grid, m.Seed = j.o.command, j.o.grid, j.o.seed
	m.Rounds, m.Stopping = j.plan.most(), j.plan.stop.String()
	m.CPUList, m.Procs, m.Benchtime = j.cpus, j.procs, j.o.benchtime.String()
	m.Start = j.start
	if j.twin != nil {
		m.Together = together(j.o.seed, j.start)
	}
	return m
}

// goOn takes over the description of a study that was begun here, by the same programs.
func (j *job) goOn() (err error) {
	j.m, err = same(j.begun, j.m, j.prog, j.usable)
	return err
}

// create makes a new study, and that of the twin.
func (j *job) create(ctx context.Context) (err error) {
	if j.m.SpinPerUS, err = j.prog.spin(ctx, j.o, j.warn); err != nil {
		return err
	}
	j.m.Warnings = slices.Clone(j.warned)
	if j.w, err = study.Create(j.dir, j.m, j.prog.text); err != nil {
		return taken(err)
	}
	begins := study.Plan{Version: study.PlanVersion, Args: j.o.args, SpinPerUS: j.m.SpinPerUS, CPUs: j.usable, Entrants: j.prog.identities()}
	if err = j.w.SetPlan(begins); err != nil {
		err = fmt.Errorf("writing study: %w", err)
	} else if j.twin != nil {
		err = j.twin.create(j.dir, j.m, begins)
	}
	if err != nil { // without its plan, or its twin, it could not be gone on with
		j.w.Abandon()
	}
	return err
}

// session is one that knows what was measured before an interruption.
func (j *job) session() (*session, error) {
	j.sampler = &sampler{
		grid: j.prog.grid, spin: j.m.SpinPerUS, cpus: j.usable, patience: 30 * time.Second,
		probe: newProbe(j.usable), watch: newWatch(j.inUse()), scratch: j.scratch,
	}
	s := newSession(j.plan, j.sampler.run, j.w, j.stderr)
	if j.twin != nil {
		s.before = j.twin.w
	}
	s.keep = func() {
		j.cache.touch(j.scratch)
		for _, e := range j.prog.entrants {
			j.cache.touch(e.argv[0])
		}
	}
	if j.begun == nil {
		return s, nil
	}
	if err := s.goOn(j.begun); err != nil {
		return nil, err
	}
	// The catalog is the programs', which are the same: should somebody have cut the file.
	if err := cmp.Or(j.w.SetMachine(j.m), j.w.SetCatalog(j.prog.text)); err != nil {
		return nil, err
	}
	if j.begun.Dropped > 0 {
		j.warn(fmt.Sprintf("The last %d samples before the interruption were not whole and are measured again.", j.begun.Dropped))
	}
	return s, nil
}

// inUse are the CPUs of the largest cells.
func (j *job) inUse() []int { return j.usable[:slices.Max(j.cpus)] }

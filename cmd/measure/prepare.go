package main

import (
	"context"
	"fmt"

	"crossover/internal/affinity"
	"crossover/internal/study"
)

// prepare finds out what is to be measured: the CPUs, the program, the plan. It
// writes nothing of a study.
func (j *job) prepare(ctx context.Context) (err error) {
	if j.o.resume != "" {
		if j.o, j.w, j.begun, err = reopen(j.o); err != nil {
			return err
		}
	}
	if j.usable, err = affinity.CPUs(); err != nil {
		return err
	}
	if j.cpus, j.procs, err = axes(j.o, len(j.usable), cpuQuota()); err != nil {
		return err
	}
	if err := j.free(); err != nil { // before the long work
		return err
	}
	if j.cache, err = openCache(); err != nil {
		return err
	}
	if j.prog, err = assemble(ctx, j.o, j.cache, j.warn); err != nil {
		return err
	}
	if err := j.prog.narrow(j.o.bench); err != nil {
		return err
	}
	if j.plan, err = newPlan(j.prog, j.o, j.cpus, j.procs); err != nil {
		return err
	}
	if err := j.borrow(); err != nil {
		return err
	}
	return j.addTwin(ctx)
}

// free refuses folders that hold a study.
func (j *job) free() error {
	if j.o.dryRun || j.begun != nil {
		return nil
	}
	if err := vacant(j.o.out); err != nil {
		return err
	}
	if j.o.against != "" && j.o.out != "" {
		return vacant(j.o.out + beforeSuffix)
	}
	return nil
}

// borrow takes over the numbers of operations of the study that -like names.
func (j *job) borrow() error {
	if j.o.like == "" {
		return nil
	}
	from, err := study.ReadFixed(j.o.like)
	if err != nil {
		return fmt.Errorf("-like: %w", err)
	}
	fmt.Fprintf(j.stderr, "%d of %d cells begin with the number of operations they had in %s\n", j.plan.borrow(from), len(j.plan.cells), j.o.like)
	return nil
}

// addTwin adds the binary that -against names to the plan.
func (j *job) addTwin(ctx context.Context) (err error) {
	if j.o.against == "" {
		return nil
	}
	if j.twin, err = newTwin(ctx, j.o, j.cache, j.prog.entrants[0], j.warn); err != nil {
		return err
	}
	j.twin.join(j.plan)
	return nil
}

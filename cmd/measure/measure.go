package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"crossover/internal/study"
)

// measure is the whole road from the command line to a study.
func measure(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	start, load := time.Now(), loadAverage() // before anything adds to it
	usable, err := usableCPUs()
	if err != nil {
		return err
	}
	cpus, procs, err := axes(o, len(usable))
	if err != nil {
		return err
	}
	if err := vacant(o.out); err != nil && !o.dryRun { // before the long work
		return err
	}

	tmp, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	bin, err := locate(ctx, o, tmp)
	if err != nil {
		return err
	}
	text, cat, err := bin.catalog(ctx)
	if err != nil {
		return err
	}
	if o.bench != nil {
		if text, cat, err = narrow(cat, o.bench); err != nil {
			return err
		}
	}
	p, err := newPlan(cat, o, cpus, procs)
	if err != nil {
		return err
	}
	if o.dryRun {
		return p.print(stdout)
	}

	m := describe(ctx, bin)
	m.Command, m.Grid, m.Seed, m.Rounds = o.command, o.grid, o.seed, o.rounds
	m.CPUList, m.Procs, m.Benchtime = cpus, procs, o.benchtime.String()
	m.Start = start
	m.Warnings = warnings(m, slices.Max(cpus), load, cpuQuota())
	for _, w := range m.Warnings {
		fmt.Fprintln(stderr, "warning:", w)
	}
	if m.SpinPerUS, err = bin.spin(ctx); err != nil {
		return err
	}

	r := &sampler{bin: bin, spin: m.SpinPerUS, cpus: usable, patience: 30 * time.Second}
	s := newSession(p, r.run, stderr)
	if err := s.calibrate(ctx); err != nil {
		return err
	}
	dir := cmp.Or(o.out, defaultDir(m))
	if s.study, err = study.Create(dir, m, text); err != nil {
		return err
	}
	err = s.run(ctx)
	m.End, m.Complete = time.Now(), err == nil
	// Of several errors the first says what happened; the rest follow from it.
	err = cmp.Or(err, s.study.SetMachine(m))
	err = cmp.Or(err, s.study.Close())
	if err != nil {
		return fmt.Errorf("%w; %s", err, s.kept(dir))
	}
	s.printSummary(m.End.Sub(m.Start))
	fmt.Fprintf(stdout, "%s\ngo run ./cmd/report %s\n", dir, dir)
	return s.failure(dir)
}

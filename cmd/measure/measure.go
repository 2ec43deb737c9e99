package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// measure is the whole road from the command line to a study.
func measure(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	start, load := time.Now(), loadAverage() // before anything adds to it
	switch {
	case o.selftest != "":
		return selfTest(ctx, o, trialOf(o.selftest), stdout, stderr)
	case len(o.studies) > 0:
		return sameAdvice(ctx, o.studies, stdout)
	case o.profile != "":
		return profile(ctx, o, stdout, stderr)
	}
	var begun *study.Begun
	var w *study.Writer
	if o.resume != "" {
		var err error
		if o, w, begun, err = reopen(o); err != nil {
			return err
		}
		defer w.Close() // a second time, after a good end
	}

	usable, err := usableCPUs()
	if err != nil {
		return err
	}
	cpus, procs, err := axes(o, len(usable))
	if err != nil {
		return err
	}
	if err := vacant(o.out); err != nil && !o.dryRun && begun == nil { // before the long work
		return err
	}
	if o.against != "" && o.out != "" && !o.dryRun {
		if err := vacant(o.out + beforeSuffix); err != nil {
			return err
		}
	}
	c, err := openCache()
	if err != nil {
		return err
	}
	warned := []string{}
	warn := func(s string) { warned = append(warned, s); fmt.Fprintln(stderr, "warning:", s) }
	prog, err := assemble(ctx, o, c, warn)
	if err != nil {
		return err
	}
	if o.bench != nil {
		narrowed, err := narrow(prog.catalog, o.bench)
		if err != nil {
			return err
		}
		if err := prog.set(narrowed); err != nil {
			return err
		}
	}
	p, err := newPlan(prog, o, cpus, procs)
	if err != nil {
		return err
	}
	if o.like != "" {
		from, err := study.ReadFixed(o.like)
		if err != nil {
			return fmt.Errorf("-like: %w", err)
		}
		fmt.Fprintf(stderr, "%d of %d cells begin with the number of operations they had in %s\n", p.borrow(from), len(p.cells), o.like)
	}
	var t *twin
	if o.against != "" {
		if t, err = newTwin(ctx, o, c, prog.entrants[0], warn); err != nil {
			return err
		}
		t.join(p)
	}
	if o.dryRun {
		return p.print(stdout)
	}

	m := describe(ctx, prog)
	m.Command, m.Grid, m.Seed = o.command, o.grid, o.seed
	m.Rounds, m.Stopping = p.most(), p.stop.String()
	m.CPUList, m.Procs, m.Benchtime = cpus, procs, o.benchtime.String()
	m.Start = start
	for _, s := range warnings(m, slices.Max(cpus), load, cpuQuota()) {
		warn(s)
	}
	if t != nil {
		m.Together = together(o.seed, start)
	}

	dir := cmp.Or(o.out, defaultDir(m))
	scratch, err := c.scratch()
	if err != nil {
		return err
	}
	defer func() {
		if err := removeAll(scratch); err != nil {
			fmt.Fprintln(stderr, "warning: what samples left stays:", err)
		}
	}()
	if begun != nil {
		if m, err = same(begun, m, prog, usable); err != nil {
			return err
		}
		// The catalog is the programs', which are the same: should somebody have cut the file.
		if err := errors.Join(w.SetMachine(m), w.SetCatalog(prog.text)); err != nil {
			return err
		}
	} else {
		if m.SpinPerUS, err = prog.spin(ctx, o, warn); err != nil {
			return err
		}
		m.Warnings = warned
		if w, err = study.Create(dir, m, prog.text); err != nil {
			return taken(err)
		}
		defer w.Close() // a second time, after a good end
		begins := study.Plan{Version: study.PlanVersion, Args: o.args, SpinPerUS: m.SpinPerUS, CPUs: usable, Entrants: prog.identities()}
		if err := w.SetPlan(begins); err != nil {
			return fmt.Errorf("writing study: %w", err)
		}
		if t != nil {
			if err := t.create(dir, m, begins); err != nil {
				return err
			}
			defer t.w.Close()
		}
	}

	inUse := usable[:slices.Max(cpus)]
	r := &sampler{
		grid: prog.grid, spin: m.SpinPerUS, cpus: usable, patience: 30 * time.Second,
		probe: newProbe(usable), watch: newWatch(inUse), scratch: scratch,
	}
	defer r.probe.close()
	s := newSession(p, r.run, w, stderr)
	if t != nil {
		s.before = t.w
	}
	s.keep = func() {
		c.touch(scratch)
		for _, e := range prog.entrants {
			c.touch(e.argv[0])
		}
	}
	if begun != nil {
		if err := s.goOn(begun); err != nil {
			return err
		}
		if begun.Dropped > 0 {
			warn(fmt.Sprintf("The last %d samples before the interruption were not whole and are measured again.", begun.Dropped))
		}
	}
	s.ledger.preparing = time.Since(start)
	err = s.calibrate(ctx)
	if err == nil {
		r.watch.look() // calibrating is over
		err = s.run(ctx)
	}
	m.End, m.Complete = time.Now(), err == nil
	if m.Complete {
		m.Rounds = s.rounds
	}
	m.Overhead = s.ledger.overhead()
	for _, s := range slices.Concat(alarms(s.control(), s.spans, len(inUse)), sharedCores(s.cores), s.tooShort()) {
		warn(s)
		m.Warnings = append(m.Warnings, s)
	}
	// Of several errors the first says what happened; the rest follow from it.
	err = cmp.Or(err, w.SetMachine(m))
	err = cmp.Or(err, w.Close())
	if t != nil {
		err = cmp.Or(err, t.end(m))
	}
	switch {
	case errors.Is(err, study.ErrGone):
		return err
	case errors.Is(err, errNothing):
		s.failure(dir)
		return err
	case err != nil:
		return fmt.Errorf("%w; %s", err, s.kept(dir))
	}
	s.printSummary()
	fmt.Fprintf(stdout, "%s\ngo run ./cmd/report %s\n", dir, quoted(dir))
	if t != nil {
		fmt.Fprintf(stdout, "go run ./cmd/report compare %s %s\n", quoted(t.dir), quoted(dir))
	}
	return s.failure(dir)
}

// printSummary says where the time went and how steady the machine was.
func (s *session) printSummary() {
	fmt.Fprint(s.stderr, s.ledger.String())
	if scatter, err := stat.Scatter(s.control()); err == nil {
		fmt.Fprintf(s.stderr, "; the control drifted by %.1f %% (median)", 100*scatter)
	}
	fmt.Fprintln(s.stderr)
}

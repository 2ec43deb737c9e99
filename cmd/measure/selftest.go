package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"crossover/internal/study"
)

// A trial is how much a self-test measures.
type trial struct {
	pairs  int           // disjoint identical pairs, at least
	blocks int           // times the whole suite is run twice with -count
	hogs   int           // short studies with a hog in the middle
	draws  int           // subsamples for the power of each kind and size
	given  time.Duration // of measuring a pair in which a slowdown should be found
}

// trialOf is that of -selftest or -selftest=full.
func trialOf(mode string) trial {
	if mode == "full" {
		return trial{pairs: 10_000, blocks: 30, hogs: 250, draws: 2000, given: time.Minute}
	}
	return trial{pairs: 2000, blocks: 6, hogs: 50, draws: 400, given: time.Minute}
}

const (
	selfTestPackage   = "crossover/internal/selftest"
	selfTestBenchmark = "BenchmarkSelf"
)

// selfTest turns the instrument on itself: entrants that are the same code and
// entrants that are slower by a known amount, measured by the rounds, the statistics
// and the alarms of a study.
func selfTest(ctx context.Context, o *options, t trial, stdout, stderr io.Writer) error {
	start, load := time.Now(), loadAverage()
	if o.stop.budget > 0 {
		return usagef("-budget: a self-test certifies -rounds or -until")
	}
	dir := cmp.Or(o.out, filepath.Join("results", "local", start.Format("2006-01-02")+"-selftest"))
	if _, err := os.Stat(filepath.Join(dir, study.SelfTestFile)); err == nil {
		return usagef("%s holds a self-test, and nothing is overwritten: give -o another name", dir)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("self-test: %w", err)
	}
	defer os.Remove(dir) // if nothing came into it
	l, m, err := newLab(ctx, o, stderr)
	if err != nil {
		return err
	}
	defer l.r.probe.close()
	m.Start, m.Command, m.Seed, m.Stopping = start, o.command, o.seed, o.stop.String()
	warn := func(ws []string) {
		m.Warnings = append(m.Warnings, ws...)
		for _, w := range ws {
			fmt.Fprintln(stderr, "warning:", w)
		}
	}
	warn(warnings(m, l.at.cpus, load, cpuQuota()))

	found := &findings{rule: o.stop, trial: t, seed: o.seed}
	cut := l.parts(ctx, o, t, dir, found)
	if cut != nil && found.rounds == 0 {
		return cut
	}
	warn(sharedCores(l.long.cores))
	m.End, m.Complete = time.Now(), cut == nil
	m.Overhead = l.long.ledger.overhead()
	result, err := found.judge()
	if err != nil {
		return err
	}
	result.Machine = m
	fmt.Fprint(stdout, result.table()) // which stays if nothing can be written
	if err := result.write(dir); err != nil {
		return fmt.Errorf("self-test: %w", err)
	}
	fmt.Fprintln(stdout, "\n"+filepath.Join(dir, study.SelfTestPage))
	if cut != nil {
		return fmt.Errorf("self-test: %w: what %d rounds showed is kept in %s", cut, found.rounds, dir)
	}
	if err := result.missed(); err != nil {
		return fmt.Errorf("self-test: %w", err)
	}
	return nil
}

// parts runs the parts of a self-test, one after the other.
func (l *lab) parts(ctx context.Context, o *options, t trial, dir string, found *findings) (err error) {
	if len(o.studies) > 0 { // before minutes are spent: they may be no studies
		if found.again, err = compareStudies(ctx, o.studies); err != nil {
			return err
		}
	}
	if err := l.longRun(ctx, found); err != nil {
		return err
	}
	if err := l.slowRun(ctx, found); err != nil {
		return err
	}
	if found.blocks, err = l.blocks(ctx, t.blocks); err != nil {
		return err
	}
	if found.hogs, err = l.hogs(ctx, t.hogs); err != nil {
		return err
	}
	if o.selftest == "full" && found.again == nil {
		studies, err := twoStudies(ctx, dir, l.stderr)
		if err != nil {
			return err
		}
		found.again, err = compareStudies(ctx, studies)
		return err
	}
	return nil
}

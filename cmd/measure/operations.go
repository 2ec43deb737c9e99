package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"crossover/internal/study"
)

// calibrate fixes the number of operations of each cell that has none yet.
func (s *session) calibrate(ctx context.Context) error {
	start := time.Now()
	defer func() { s.ledger.calibrating += time.Since(start) }()
	var total time.Duration
	sought := 0 // cells
	for i, c := range s.plan.cells {
		expected := c.calibration()
		if expected > 0 {
			sought++
		}
		if !s.cells[i].fixed {
			total += expected
		}
	}
	bar := newProgress(s.stderr, "calibrating", total)
	defer bar.end()
	k := &calibrator{sample: s.sample}
	defer func() { s.ledger.starting += k.spent - k.timed }()
	found := 0
	for i, c := range s.plan.cells {
		expected := c.calibration()
		if expected > 0 {
			found++
		}
		if s.cells[i].fixed {
			continue
		}
		if err := s.fix(ctx, k, i); err != nil {
			return err
		}
		if expected > 0 {
			bar.step(expected, fmt.Sprintf("%d of %d cells", found, sought))
		}
	}
	return nil
}

// fix finds the number of operations of cell i, after that of the cell whose
// capacity it needs.
func (s *session) fix(ctx context.Context, k *calibrator, i int) error {
	if s.cells[i].fixed {
		return nil
	}
	c := &s.plan.cells[i]
	if c.before {
		return s.fixTwin(ctx, k, i)
	}
	found := &sample{}
	if of := c.capacity; of >= 0 {
		if err := s.fix(ctx, k, of); err != nil {
			return err
		}
		if c.nsPerOpOfCapacity = s.cells[of].nsPerOp; c.nsPerOpOfCapacity == 0 {
			found.Sample = study.Sample{Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, Pin: c.pin, Start: time.Now(),
				Error: "the case whose capacity it is offered a share of failed: " + c.CapacityOf}
		}
	}
	if found.Error == "" && c.like.N > 0 {
		return s.keepFixed(i, c.like)
	}
	if found.Error == "" {
		var err error
		found, err = k.find(ctx, *c)
		if err == nil && found.Error != "" {
			// Once more: on a busy machine a good case may fail, and here it would be
			// lost to the whole study.
			found, err = k.find(ctx, *c)
		}
		if err != nil {
			return fmt.Errorf("%w while calibrating: nothing is measured yet", err)
		}
	}
	if found.Error != "" {
		found.Histogram = ""
		for _, w := range s.keepers(*c) {
			if err := w.Append(found.Sample, nil, nil); err != nil { // with Round 0
				return fmt.Errorf("writing study: %w", err)
			}
		}
	}
	return s.keepFixed(i, fixed(*c, found))
}

// fixed is what is kept of a sample of the N to fix.
func fixed(c cell, found *sample) study.Fixed {
	return study.Fixed{
		Case: found.Case, CPUs: c.cpus, GOMAXPROCS: c.procs, Pin: c.pin,
		N: found.N, NsPerOp: found.Values["ns/op"], Wall: found.Wall, Error: found.Error,
	}
}

// fixTwin gives a cell of the twin what the other one has.
func (s *session) fixTwin(ctx context.Context, k *calibrator, i int) error {
	c := &s.plan.cells[i]
	if err := s.fix(ctx, k, c.twin); err != nil {
		return err
	}
	of, found := s.plan.cells[c.twin], s.cells[c.twin]
	c.nsPerOpOfCapacity = of.nsPerOpOfCapacity
	return s.keepFixed(i, study.Fixed{
		Case: c.Name, CPUs: c.cpus, GOMAXPROCS: c.procs, Pin: c.pin,
		N: found.n, NsPerOp: found.nsPerOp, Wall: of.took.Seconds(), Error: found.last,
	})
}

// keepFixed records what was found for cell i, and takes it over.
func (s *session) keepFixed(i int, f study.Fixed) error {
	for _, w := range s.keepers(s.plan.cells[i]) {
		if err := w.Fix(f); err != nil {
			return fmt.Errorf("writing study: %w", err)
		}
	}
	s.set(i, f)
	return nil
}

// set takes over what was found for cell i.
func (s *session) set(i int, f study.Fixed) {
	s.cells[i] = cellState{
		fixed: true, n: f.N, nsPerOp: f.NsPerOp, last: f.Error,
		borrowed: f.Borrowed, fitted: s.cells[i].fitted,
	}
	if f.Error != "" {
		s.cells[i].failed = 1
		return
	}
	s.plan.cells[i].took = seconds(f.Wall)
}

// short reports whether a sample was timed for less than a quarter of what it should
// be, though it might have had more operations.
func (c cell) short(got study.Sample) bool {
	atMost := c.MaxN > 0 && got.N >= c.MaxN
	return !atMost && got.Timed() < c.target/4
}

// mend fixes another N for cell i and its twin if a sample shows that theirs is wrong,
// while that can be: nothing of them is on record, and no other has been offered a share
// of the capacity that came with it.
func (s *session) mend(ctx context.Context, i int, got *sample) (mended bool, err error) {
	all := s.plan.alike(i)
	seen := func(j int) bool { return s.cells[j].seen }
	told := func(c cell) bool { return c.capacity == all[0] }
	if got.Error != "" || slices.ContainsFunc(all, seen) || slices.ContainsFunc(s.plan.cells, told) {
		return false, nil
	}
	var better *sample
	switch first := s.cells[all[0]]; {
	case first.borrowed && first.fitted < mostFits:
		better = s.fit(all[0], got)
	case s.plan.cells[i].short(got.Sample):
		better, err = s.seekAgain(ctx, all[0])
	}
	if better == nil || err != nil {
		return false, err
	}
	for _, j := range all {
		f := fixed(s.plan.cells[j], better)
		f.Borrowed = s.cells[j].borrowed
		s.cells[j].fitted++
		if err := s.keepFixed(j, f); err != nil {
			return false, err
		}
	}
	return true, nil
}

// seekAgain seeks the number of operations of cell i anew. It returns a sample of that if
// there should be twice as many or more, else nil.
func (s *session) seekAgain(ctx context.Context, i int) (*sample, error) {
	k := &calibrator{sample: s.sample}
	start := time.Now()
	defer func() {
		s.ledger.calibrating += time.Since(start)
		s.ledger.starting += k.spent - k.timed
	}()
	found, err := k.find(ctx, s.plan.cells[i])
	if err != nil || found.Error != "" || found.N < 2*s.cells[i].n {
		return nil, err
	}
	return found, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"time"

	"github.com/montanaflynn/stats"

	"crossover/internal/study"
)

// A session carries out a plan and keeps count of it.
type session struct {
	plan   *plan
	sample sampleFunc
	study  *study.Writer
	stderr io.Writer

	cells   []cellState    // as in the plan
	broken  []study.Sample // why cells were left out, to be recorded
	rounds  int            // run whole
	samples int            // recorded, the control's included
	control []float64      // ns/op

	calibrating, measuring time.Duration // spent so
	timed                  time.Duration // of measuring: all timed regions
}

// cellState is what a session knows of a cell of its plan.
type cellState struct {
	n      int    // operations per sample; 0: the cell is left out
	failed int    // samples
	last   string // why the last of them failed
}

func newSession(p *plan, sample sampleFunc, stderr io.Writer) *session {
	return &session{plan: p, sample: sample, stderr: stderr, cells: make([]cellState, len(p.cells))}
}

// calibrate fixes the number of operations of each cell.
func (s *session) calibrate(ctx context.Context) error {
	start := time.Now()
	defer func() { s.calibrating = time.Since(start) }()
	var total time.Duration
	for _, c := range s.plan.cells {
		total += calibrationRounds * c.expected()
	}
	bar := newProgress(s.stderr, "calibrating", total)
	defer bar.end()
	k := &calibrator{sample: s.sample}
	for i, c := range s.plan.cells {
		found, err := k.find(ctx, c)
		if err == nil && found.Error != "" {
			// Once more: on a busy machine a good case may fail, and here it would be
			// lost to the whole study.
			found, err = k.find(ctx, c)
		}
		if err != nil {
			return fmt.Errorf("%w while calibrating: nothing is measured yet", err)
		}
		if found.Error != "" {
			s.broken = append(s.broken, found.Sample)
			s.cells[i] = cellState{failed: 1, last: found.Error}
		} else {
			s.cells[i] = cellState{n: found.N}
			s.plan.cells[i].took = time.Duration(found.Wall * float64(time.Second))
		}
		bar.step(calibrationRounds*c.expected(), fmt.Sprintf("%d of %d cells", i+1, len(s.plan.cells)))
	}
	return nil
}

// run measures round by round. Samples are on disk as they come.
func (s *session) run(ctx context.Context) error {
	start := time.Now()
	defer func() { s.measuring = time.Since(start) }()
	for _, b := range s.broken { // with Round 0
		if err := s.study.Append(b, nil, nil); err != nil {
			return fmt.Errorf("writing study: %w", err)
		}
	}
	var round time.Duration
	for i, c := range s.plan.cells {
		if s.cells[i].n > 0 {
			round += c.expected()
		}
	}
	bar := newProgress(s.stderr, "measuring", time.Duration(s.plan.rounds)*round)
	defer bar.end()
	for r := 1; r <= s.plan.rounds; r++ {
		for order, i := range s.plan.order(r) {
			if s.cells[i].n == 0 {
				continue
			}
			if err := s.measure(ctx, r, order, i); err != nil {
				return err
			}
			bar.step(s.plan.cells[i].expected(), fmt.Sprintf("round %d of %d", r, s.plan.rounds))
		}
		s.rounds = r
	}
	return nil
}

// measure takes one sample of cell i and records it.
func (s *session) measure(ctx context.Context, round, order, i int) error {
	c := s.plan.cells[i]
	got, err := s.sample(ctx, c, fmt.Sprintf("%dx", s.cells[i].n))
	if err != nil {
		return err
	}
	got.Round, got.Order = round, order
	result := got.result
	if c.control {
		result = nil // raw.txt is about the cases
	}
	if err := s.study.Append(got.Sample, result, got.units); err != nil {
		return fmt.Errorf("writing study: %w", err)
	}
	s.samples++
	s.timed += got.timed()
	switch {
	case got.Error != "":
		s.cells[i].failed++
		s.cells[i].last = got.Error
	case c.control:
		s.control = append(s.control, got.Values["ns/op"])
	}
	return nil
}

// kept says what is left of a study that ended early, and how to read it.
func (s *session) kept(dir string) string {
	return fmt.Sprintf("%d of %d rounds are whole and kept: go run ./cmd/report %s", s.rounds, s.plan.rounds, dir)
}

// failure is an error if any sample failed, after telling of each cell concerned.
func (s *session) failure(dir string) error {
	failed := 0
	for i, c := range s.cells {
		if c.failed == 0 {
			continue
		}
		failed += c.failed
		when := fmt.Sprintf("in %d of %d rounds, the last time", c.failed, s.plan.rounds)
		if c.n == 0 {
			when = "while its number of operations was sought, and is left out"
		}
		fmt.Fprintf(s.stderr, "%v failed %s: %s\n", s.plan.cells[i], when, c.last)
	}
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("failed samples: %d, told above and recorded in %s",
		failed, filepath.Join(dir, study.SamplesFile))
}

// printSummary says where the time went and how steady the machine was.
func (s *session) printSummary(wall time.Duration) {
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
	fmt.Fprintf(s.stderr, "%d samples in %v, %v of them calibrating; %v measuring is %.2f× the %v timed",
		s.samples, round(wall), round(s.calibrating),
		round(s.measuring), s.measuring.Seconds()/s.timed.Seconds(), round(s.timed))
	if drift, err := drift(s.control); err == nil {
		fmt.Fprintf(s.stderr, "; the control drifted by %.1f %% (median)", 100*drift)
	}
	fmt.Fprintln(s.stderr)
}

// drift is the median distance of the control from its own median, relative to it.
func drift(control []float64) (float64, error) {
	median, err := stats.Median(control)
	if err != nil {
		return 0, err
	}
	mad, err := stats.MedianAbsoluteDeviation(control)
	if err == nil && (median <= 0 || math.IsNaN(mad)) {
		err = errors.New("no time passed")
	}
	return mad / median, err
}

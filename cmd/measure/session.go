package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"golang.org/x/perf/benchfmt"

	"crossover/internal/study"
)

// A session carries out a plan and keeps count of it.
type session struct {
	plan   *plan
	sample sampleFunc
	study  recorder
	before recorder // of the twin; nil if there is none
	stderr io.Writer
	keep   func() // called once a round: what is in use is not old

	cells  []cellState   // as in the plan
	taken  map[turn]bool // before an interruption
	rounds int           // run whole
	count  int           // samples recorded, the control's included
	values []series      // of each cell, in its deciding unit
	spans  []span        // of each sample
	cores  []float64     // the core probe beside each sample, in ns
	ledger ledger
	spent  time.Duration // before an interruption
}

// recorder is what keeps a study; see study.Writer.
type recorder interface {
	Append(study.Sample, *benchfmt.Result, []*benchfmt.UnitMetadata) error
	Fix(study.Fixed) error
	Sync() error
}

// turn is a sample's place in the study.
type turn struct{ round, order int }

// cellState is what a session knows of a cell of its plan.
type cellState struct {
	fixed   bool    // n is known
	n       int     // operations per sample; 0: the cell is left out
	nsPerOp float64 // when n was found
	failed  int     // samples
	last    string  // why the last of them failed
	short   int     // samples that were timed for less than a quarter of the target
}

func newSession(p *plan, sample sampleFunc, w recorder, stderr io.Writer) *session {
	return &session{
		plan: p, sample: sample, study: w, stderr: stderr, keep: func() {},
		cells: make([]cellState, len(p.cells)), values: make([]series, len(p.cells)), taken: map[turn]bool{},
	}
}

// calibrate fixes the number of operations of each cell that has none yet.
func (s *session) calibrate(ctx context.Context) error {
	start := time.Now()
	defer func() { s.ledger.calibrating += time.Since(start) }()
	var total time.Duration
	own := 0 // cells; those of the twin take over what is found
	for i, c := range s.plan.cells {
		if c.before {
			continue
		}
		own++
		if !s.cells[i].fixed {
			total += calibrationRounds * c.expected()
		}
	}
	bar := newProgress(s.stderr, "calibrating", total)
	defer bar.end()
	k := &calibrator{sample: s.sample}
	defer func() { s.ledger.starting += k.spent - k.timed }()
	found := 0
	for i, c := range s.plan.cells {
		expected := calibrationRounds * c.expected()
		if !c.before {
			found++
		}
		if s.cells[i].fixed {
			continue
		}
		if err := s.fix(ctx, k, i); err != nil {
			return err
		}
		if c.before {
			continue
		}
		bar.step(expected, fmt.Sprintf("%d of %d cells", found, own))
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
	f := study.Fixed{
		Case: found.Case, CPUs: c.cpus, GOMAXPROCS: c.procs, Pin: c.pin,
		N: found.N, NsPerOp: found.Values["ns/op"], Wall: found.Wall, Error: found.Error,
	}
	if found.Error != "" {
		found.Histogram = ""
		for _, w := range s.keepers(*c) {
			if err := w.Append(found.Sample, nil, nil); err != nil { // with Round 0
				return fmt.Errorf("writing study: %w", err)
			}
		}
	}
	return s.keepFixed(i, f)
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

// keepers are the studies that a cell is of: the control is of both.
func (s *session) keepers(c cell) []recorder {
	switch {
	case s.before == nil:
		return []recorder{s.study}
	case c.control:
		return []recorder{s.study, s.before}
	case c.before:
		return []recorder{s.before}
	}
	return []recorder{s.study}
}

// set takes over what was found for cell i.
func (s *session) set(i int, f study.Fixed) {
	s.cells[i] = cellState{fixed: true, n: f.N, nsPerOp: f.NsPerOp, last: f.Error}
	if f.Error != "" {
		s.cells[i].failed = 1
		return
	}
	s.plan.cells[i].took = time.Duration(f.Wall * float64(time.Second))
}

// run measures round by round until the rule says that it is enough. Samples are on
// disk as they come.
func (s *session) run(ctx context.Context) error {
	start := time.Now()
	var round time.Duration
	for i, c := range s.plan.cells {
		if s.cells[i].n > 0 {
			round += c.expected()
		}
	}
	spent := s.ledger.preparing + s.spent + s.ledger.calibrating
	most := s.plan.stop.most(spent, round)
	bar := newProgress(s.stderr, "measuring", time.Duration(most)*round)
	defer bar.end()
	for r := 1; ; r++ {
		began := time.Now()
		for order, i := range s.plan.order(r) {
			if s.cells[i].n == 0 {
				continue
			}
			if !s.taken[turn{r, order}] {
				if err := s.measure(ctx, r, order, i); err != nil {
					return err
				}
			}
			bar.step(s.plan.cells[i].expected(), fmt.Sprintf("round %d of %d", r, most))
		}
		s.rounds = r
		s.keep()
		for _, w := range s.keepers(s.plan.cells[len(s.plan.cells)-1]) {
			if err := w.Sync(); err != nil {
				return fmt.Errorf("writing study: %w", err)
			}
		}
		if s.enough(r, spent+time.Since(start), max(round, time.Since(began))) {
			return nil
		}
	}
}

// enough applies the rule after a whole round.
func (s *session) enough(rounds int, spent, round time.Duration) bool {
	stop := s.plan.stop
	if stop.look(rounds) {
		all, widest := widths(s.plan.cells, s.values)
		done, note := progressOf(all, widest, stop.until)
		fmt.Fprintf(s.stderr, "after %d rounds %s\n", rounds, note)
		if done {
			return true
		}
	}
	return stop.last(rounds, spent, round)
}

// measure takes one sample of cell i and records it.
func (s *session) measure(ctx context.Context, round, order, i int) error {
	began := time.Now()
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
	for _, w := range s.keepers(c) {
		if err := w.Append(got.Sample, result, got.units); err != nil {
			return fmt.Errorf("writing study: %w", err)
		}
	}
	took := time.Since(began)
	s.note(i, got.Sample, took)
	s.ledger.sample(took, got)
	return nil
}

// note keeps what later decisions need of a sample of cell i.
func (s *session) note(i int, got study.Sample, took time.Duration) {
	s.count++
	s.spans = append(s.spans, span{took, time.Duration(got.Others * float64(time.Second))})
	if got.Core > 0 { // not in studies from before there was the probe
		s.cores = append(s.cores, got.Core)
	}
	if got.Error != "" {
		s.cells[i].failed++
		s.cells[i].last = got.Error
		return
	}
	c := &s.plan.cells[i]
	if atMost := c.MaxN > 0 && got.N >= c.MaxN; !atMost && got.Timed() < c.target/4 {
		s.cells[i].short++
	}
	if v, ok := got.Values[c.deciding()]; ok {
		s.values[i].record(got.Round, v)
	}
}

// tooShort is the warning that cells were timed for too short in most rounds, if any
// were.
func (s *session) tooShort() []string {
	n, example := 0, -1
	for i, c := range s.cells {
		if 2*c.short > s.rounds {
			n++
			example = i
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d cells were timed for less than a quarter of what they should be, such as %v: something held them up while their number of operations was sought. Short samples are dear ones; measure these again.",
		n, len(s.cells), s.plan.cells[example])}
}

// kept says what is left of a study that ended early, and how to go on.
func (s *session) kept(dir string) string {
	if s.before != nil {
		return fmt.Sprintf("%d rounds are whole and kept: go run ./cmd/report compare %s %s", s.rounds, dir+beforeSuffix, dir)
	}
	if s.rounds == 0 && s.count == 0 {
		return fmt.Sprintf("go on: go run ./cmd/measure -resume %s", dir)
	}
	return fmt.Sprintf("%d rounds are whole and kept: go run ./cmd/report %s; go on: go run ./cmd/measure -resume %s", s.rounds, dir, dir)
}

// failure is an error if any sample failed, after telling of each cell concerned.
func (s *session) failure(dir string) error {
	failed := 0
	for i, c := range s.cells {
		if c.failed == 0 {
			continue
		}
		failed += c.failed
		when := fmt.Sprintf("in %d of %d rounds, the last time", c.failed, s.rounds)
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

// control is the ns/op of the fixed spin, by round.
func (s *session) control() []float64 {
	x, _ := paired(s.values[len(s.values)-1], s.values[len(s.values)-1])
	return x
}

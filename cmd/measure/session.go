package main

import (
	"context"
	"errors"
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
	fixed    bool    // n is known
	n        int     // operations per sample; 0: the cell is left out
	nsPerOp  float64 // when n was found
	borrowed bool    // n is that of another study, or was fitted from it
	fitted   int     // times that n was replaced since
	failed   int     // samples
	last     string  // why the last of them failed
	seen     bool    // a sample is on record
	short    int     // samples that were too short
}

func newSession(p *plan, sample sampleFunc, w recorder, stderr io.Writer) *session {
	return &session{
		plan: p, sample: sample, study: w, stderr: stderr, keep: func() {},
		cells: make([]cellState, len(p.cells)), values: make([]series, len(p.cells)), taken: map[turn]bool{},
	}
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

// run measures round by round until the rule says that it is enough. Samples are on
// disk as they come.
func (s *session) run(ctx context.Context) error {
	start := time.Now()
	var round time.Duration
	cases, able := 0, 0
	for i, c := range s.plan.cells {
		isCase := !c.control && !c.floor
		if isCase {
			cases++
		}
		if s.cells[i].n > 0 {
			round += c.expected()
			if isCase {
				able++
			}
		}
	}
	if cases > 0 && able == 0 {
		return errNothing
	}
	onRecord := 0 // rounds
	for t := range s.taken {
		onRecord = max(onRecord, t.round)
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
		if r < onRecord { // then it was not enough
			continue
		}
		if s.enough(r, spent+time.Since(start), max(round, time.Since(began))) {
			return nil
		}
	}
}

// errNothing is that there is nothing to measure.
var errNothing = errors.New("not one case ran while numbers of operations were sought")

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
	began, calibrating := time.Now(), s.ledger.calibrating
	c := s.plan.cells[i]
	got, err := s.sample(ctx, c, fmt.Sprintf("%dx", s.cells[i].n))
	if err != nil {
		return err
	}
	mended, err := s.mend(ctx, i, got)
	if err != nil {
		return err
	}
	if mended {
		s.ledger.calibrating = calibrating + time.Since(began) // with the sample, which is not kept
		return s.measure(ctx, round, order, i)
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
	took := time.Since(began) - (s.ledger.calibrating - calibrating)
	s.note(i, got.Sample, took)
	s.ledger.sample(took, got)
	return nil
}

// note keeps what later decisions need of a sample of cell i.
func (s *session) note(i int, got study.Sample, took time.Duration) {
	s.count++
	s.cells[i].seen = true
	s.spans = append(s.spans, span{took, seconds(got.Others), seconds(got.Stolen)})
	if got.Core > 0 { // not in studies from before there was the probe
		s.cores = append(s.cores, got.Core)
	}
	if got.Error != "" {
		s.cells[i].failed++
		s.cells[i].last = got.Error
		return
	}
	c := s.plan.cells[i]
	if c.short(got) {
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
	if s.before != nil && s.rounds == 0 {
		return "no round was whole: measure both again"
	}
	if s.before != nil {
		return fmt.Sprintf("%d rounds are whole and kept: %s compare %s %s", s.rounds, tool("report"), quoted(dir+beforeSuffix), quoted(dir))
	}
	goOn := "go on: " + tool("measure") + " -resume " + quoted(dir)
	if s.rounds == 0 && s.count == 0 {
		return goOn
	}
	return fmt.Sprintf("%d rounds are whole and kept: %s %s; %s", s.rounds, tool("report"), quoted(dir), goOn)
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

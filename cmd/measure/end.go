package main

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"crossover/internal/stat"
	"crossover/internal/study"
)

// end writes down how the study ended, by err if it did not come to its end, and closes
// it. Of several errors the first says what happened; the rest follow from it.
func (j *job) end(s *session, err error) error {
	j.m.End, j.m.Complete = time.Now(), err == nil
	if j.m.Complete {
		j.m.Rounds = s.rounds
	}
	j.m.Overhead = s.ledger.overhead()
	for _, w := range slices.Concat(alarms(s.control(), s.spans, len(j.inUse())), sharedCores(s.cores), s.tooShort()) {
		j.warn(w)
		j.m.Warnings = append(j.m.Warnings, w)
	}
	err = cmp.Or(err, j.w.SetMachine(j.m))
	err = cmp.Or(err, j.w.Close())
	if j.twin != nil {
		err = cmp.Or(err, j.twin.end(j.m))
	}
	return err
}

// tell says what came of the study and what to do with it.
func (j *job) tell(s *session, err error) error {
	switch {
	case errors.Is(err, study.ErrGone):
		return err
	case errors.Is(err, errNothing):
		s.failure(j.dir)
		return err
	case err != nil:
		return fmt.Errorf("%w; %s", err, s.kept(j.dir))
	}
	s.printSummary()
	fmt.Fprintf(j.stdout, "%s\n%s %s\n", j.dir, tool("report"), quoted(j.dir))
	if j.twin != nil {
		fmt.Fprintf(j.stdout, "%s compare %s %s\n", tool("report"), quoted(j.twin.dir), quoted(j.dir))
	}
	return s.failure(j.dir)
}

// tool is how a command of this repository is started: by Go where there is one, else as what
// was built elsewhere and lies beside measure.
func tool(name string) string {
	if _, err := exec.LookPath("go"); err != nil {
		return "." + string(filepath.Separator) + name
	}
	return "go run ./cmd/" + name
}

// printSummary says where the time went and how steady the machine was.
func (s *session) printSummary() {
	fmt.Fprint(s.stderr, s.ledger.String())
	if scatter, err := stat.Scatter(s.control()); err == nil {
		fmt.Fprintf(s.stderr, "; the control drifted by %.1f %% (median)", 100*scatter)
	}
	fmt.Fprintln(s.stderr)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"crossover/internal/study"
)

const (
	selfTestFile   = "selftest.json"
	selfTestPage   = "selftest.md"
	selfTestSuffix = "-selftest" // of a folder
	makeSelfTest   = "go run ./cmd/measure -selftest"
)

// selfTest is what go run ./cmd/measure -selftest found about the instrument.
type selfTest struct {
	Machine study.Machine    `json:"machine"`
	Rule    string           `json:"rule"` // of stopping, that it is about
	Rounds  int              `json:"rounds"`
	Figures []selfTestFigure `json:"figures"`
	Power   []selfTestPower  `json:"power"`

	dir string
}

// selfTestFigure is K of N with its 95 % interval, and what it should be.
type selfTestFigure struct {
	ID     string  `json:"id"`
	What   string  `json:"what"`
	K      int     `json:"k"`
	N      int     `json:"n"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	Target string  `json:"target"`
	Met    *bool   `json:"met,omitempty"` // nil: there is no target
}

func (f selfTestFigure) share() float64 { return float64(f.K) / float64(max(1, f.N)) }
func (f selfTestFigure) missed() bool   { return f.Met != nil && !*f.Met }

// selfTestPower is how often so much more work is found in so many rounds.
type selfTestPower struct {
	Percent       int     `json:"percent"`
	Rounds        int     `json:"rounds"`
	Seconds       float64 `json:"seconds"` // of measuring a pair
	Subsamples    int     `json:"subsamples"`
	Found         float64 `json:"found"`
	DisjointFound int     `json:"disjoint_found"`
	Disjoint      int     `json:"disjoint"`
	Lo            float64 `json:"lo"` // 95 % interval of the disjoint ones
	Hi            float64 `json:"hi"`
}

func readSelfTest(dir string) (*selfTest, error) {
	s := &selfTest{dir: dir}
	path := filepath.Join(dir, selfTestFile)
	if err := study.ReadJSON(path, s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *selfTest) check() error {
	if len(s.Figures) == 0 {
		return errors.New("no figures: this is no self-test")
	}
	share := func(lo, hi float64) bool { return 0 <= lo && lo <= hi && hi <= 1 }
	for _, f := range s.Figures {
		if f.What == "" || f.K < 0 || f.K > f.N || !share(f.Lo, f.Hi) {
			return fmt.Errorf("figure %q (%q): %d of %d, interval %v to %v, cannot be", f.ID, f.What, f.K, f.N, f.Lo, f.Hi)
		}
	}
	for _, p := range s.Power {
		if p.Percent <= 0 || p.Rounds <= 0 || p.Seconds < 0 || !share(p.Found, p.Found) || p.DisjointFound < 0 || p.DisjointFound > p.Disjoint || !share(p.Lo, p.Hi) {
			return fmt.Errorf("power at %d %% and %d rounds cannot be", p.Percent, p.Rounds)
		}
	}
	return nil
}

// findSelfTest finds the self-test that goes with the study: the one named or, if none
// is, the one whose folder has the study's name, or else the newest beside the study
// that was made on the same machine. What cannot be read is an error only if it was
// named: a study does not answer for its neighbours.
func (m *model) findSelfTest(named string) (err error) {
	switch {
	case m.foreign != nil && named != "":
		return errors.New("-selftest: a self-test is about a study, not about results of something else")
	case m.foreign != nil:
		return nil
	case named != "":
		m.selfTest, err = readSelfTest(named)
		return err
	}
	own, err := filepath.Abs(m.dirs[0])
	if err != nil {
		return fmt.Errorf("looking for a self-test: %w", err)
	}
	own += selfTestSuffix
	folders, err := os.ReadDir(filepath.Dir(own))
	if err != nil {
		return fmt.Errorf("looking for a self-test: %w", err)
	}
	for _, f := range folders {
		if !strings.HasSuffix(f.Name(), selfTestSuffix) {
			continue
		}
		s, err := readSelfTest(filepath.Join(filepath.Dir(own), f.Name()))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			m.Warnings = append(m.Warnings, fmt.Sprintf("The self-test beside the study is left out: %v.", err))
		case s.dir == own:
			m.selfTest = s
			return nil
		case len(s.differs(m.Machine)) == 0 && (m.selfTest == nil || s.Machine.Start.After(m.selfTest.Machine.Start)):
			m.selfTest = s
		}
	}
	return nil
}

// differs lists what about the study's machine is not as in the self-test.
func (s *selfTest) differs(m study.Machine) (what []string) {
	of := func(m study.Machine) []string {
		return []string{m.CPU, count(m.CPUs, "CPU"), m.OS + "/" + m.Arch, "kernel " + kernelFamily.FindString(m.Kernel), m.Go}
	}
	there := of(s.Machine)
	for i, here := range of(m) {
		if there[i] != here {
			what = append(what, fmt.Sprintf("%s, not %s", there[i], here))
		}
	}
	return what
}

var kernelFamily = regexp.MustCompile(`^[0-9]+\.[0-9]+`)

// targets counts the figures that have one, and those that miss it.
func (s *selfTest) targets() (all, missed int) {
	for _, f := range s.Figures {
		if f.Met != nil {
			all++
		}
		if f.missed() {
			missed++
		}
	}
	return all, missed
}

// figure looks an id up; nobody is bound to have it.
func (s *selfTest) figure(id string) (f selfTestFigure, ok bool) {
	if i := slices.IndexFunc(s.Figures, func(f selfTestFigure) bool { return f.ID == id }); i >= 0 {
		return s.Figures[i], s.Figures[i].N > 0
	}
	return f, false
}

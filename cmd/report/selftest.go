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

	"crossover/cmd/report/internal/spell"
	"crossover/internal/study"
)

const (
	selfTestSuffix = "-selftest" // of a folder
	makeSelfTest   = "go run ./cmd/measure -selftest"
)

// selfTest is a self-test and where it was found.
type selfTest struct {
	*study.SelfTest
	dir string
}

func readSelfTest(dir string) (*selfTest, error) {
	s, err := study.ReadSelfTest(dir)
	if err != nil {
		return nil, err
	}
	return &selfTest{s, dir}, nil
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
		return []string{m.CPU, spell.Count(m.CPUs, "CPU"), m.OS + "/" + m.Arch, "kernel " + kernelFamily.FindString(m.Kernel), m.Go}
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

// figure looks an id up; nobody is bound to have it.
func (s *selfTest) figure(id string) (f study.SelfTestShare, ok bool) {
	if i := slices.IndexFunc(s.Figures, func(f study.SelfTestShare) bool { return f.ID == id }); i >= 0 {
		return s.Figures[i], s.Figures[i].N > 0
	}
	return f, false
}

package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"crossover/internal/study"
)

// vacant refuses a folder that holds a study.
func vacant(dir string) error {
	if dir == "" {
		return nil
	}
	return taken(study.Vacant(dir))
}

// taken says what to do about a folder that holds a study.
func taken(err error) error {
	if errors.Is(err, study.ErrExists) {
		return usagef("%v, and nothing is overwritten: give -o another name", err)
	}
	return err
}

// defaultDir is results/local/<date>-<cpu>-<n>cpu, numbered from the second
// study of a day on.
func defaultDir(m study.Machine) string {
	base := filepath.Join("results", "local",
		fmt.Sprintf("%s-%s-%dcpu", m.Start.Format("2006-01-02"), slug(m.CPU), m.CPUs))
	dir := base
	for i := 2; errors.Is(study.Vacant(dir), study.ErrExists); i++ {
		dir = fmt.Sprintf("%s-%d", base, i)
	}
	return dir
}

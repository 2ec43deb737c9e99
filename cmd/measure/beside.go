package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"crossover/internal/study"
)

// The environment variables that name the files which a process may leave.
const (
	runtimeVariable   = "CROSSOVER_RUNTIME"
	histogramVariable = "CROSSOVER_HISTOGRAM"
)

// A drop is the place for those files; "" for none.
type drop string

func (d drop) path(variable string) string {
	return filepath.Join(string(d), strings.ToLower(variable))
}

// environment tells a process of the place.
func (d drop) environment() []string {
	env := os.Environ()
	if d == "" {
		return env
	}
	os.MkdirAll(string(d), 0o777) // should somebody have cleaned up
	// What a process that is killed leaves behind goes with the place.
	env = append(env, "TMPDIR="+string(d))
	for _, v := range []string{runtimeVariable, histogramVariable} {
		os.RemoveAll(d.path(v)) // of the process before, whatever it is
		env = append(env, v+"="+d.path(v))
	}
	return env
}

// collect reads what the process left. It is an error if that cannot be read as what it
// should be, or is no file of a size that can be kept: from a pipe nobody might ever read
// the end.
func (d drop) collect(s *study.Sample) error {
	if d == "" {
		return nil
	}
	data, err := d.read(runtimeVariable)
	if err == nil && data != nil {
		s.Runtime = new(study.Runtime)
		if err = json.Unmarshal(data, s.Runtime); err != nil {
			s.Runtime, err = nil, fmt.Errorf("what it left at %s: %w", runtimeVariable, err)
		}
	}
	histogram, err2 := d.read(histogramVariable)
	s.Histogram = strings.TrimSpace(string(histogram))
	return errors.Join(err, err2)
}

// read returns what a process left in one of its files; nothing if it left none.
func (d drop) read(variable string) ([]byte, error) {
	switch info, err := os.Lstat(d.path(variable)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > mostPrinted:
		return nil, fmt.Errorf("what it left at %s is no file of %d MiB at most", variable, mostPrinted>>20)
	}
	return os.ReadFile(d.path(variable))
}

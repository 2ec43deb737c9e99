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

// A drop is the place of one sample: for those files, and for what it wants to be rid of. Each
// has its own: what one does to it is not the next one's trouble. "" for none.
type drop string

// newDrop makes a place in the folder of all; none if that is "".
func newDrop(scratch string) (drop, error) {
	if scratch == "" {
		return "", nil
	}
	err := os.MkdirAll(scratch, 0o777) // should somebody have cleaned up
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(scratch, "")
	return drop(dir), err
}

func (d drop) remove() {
	if d != "" {
		removeAll(string(d)) // what is left goes with the folder of all, or is told then
	}
}

func (d drop) path(variable string) string {
	return filepath.Join(string(d), strings.ToLower(variable))
}

// environment tells a process of the place.
func (d drop) environment() []string {
	env := os.Environ()
	if d == "" {
		return env
	}
	return append(env,
		// What a process that is killed leaves behind goes with the place.
		"TMPDIR="+string(d),
		"TMP="+string(d), "TEMP="+string(d), // as Windows calls it
		runtimeVariable+"="+d.path(runtimeVariable),
		histogramVariable+"="+d.path(histogramVariable))
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
		return nil, unread(variable, err)
	case !info.Mode().IsRegular() || info.Size() > mostPrinted:
		return nil, fmt.Errorf("what it left at %s is no file of %d MiB at most", variable, mostPrinted>>20)
	}
	data, err := os.ReadFile(d.path(variable))
	if err != nil {
		return nil, unread(variable, err)
	}
	return data, nil
}

// unread says what could not be read, and not where: a study names no folder of its machine.
func unread(variable string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("what it left at %s: %w", variable, err)
}

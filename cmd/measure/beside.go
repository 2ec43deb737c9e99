package main

import (
	"encoding/json"
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
	for _, v := range []string{runtimeVariable, histogramVariable} {
		os.Remove(d.path(v)) // of the process before
		env = append(env, v+"="+d.path(v))
	}
	return env
}

// collect reads what the process left. What cannot be read was not left.
func (d drop) collect(s *study.Sample) {
	if d == "" {
		return
	}
	if data, err := os.ReadFile(d.path(runtimeVariable)); err == nil {
		var r study.Runtime
		if json.Unmarshal(data, &r) == nil {
			s.Runtime = &r
		}
	}
	if data, err := os.ReadFile(d.path(histogramVariable)); err == nil {
		s.Histogram = strings.TrimSpace(string(data))
	}
}

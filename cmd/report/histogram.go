package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/internal/study"
)

// beside is what samples.jsonl holds of a sample that charts want and study.Sample
// does not name.
type beside struct {
	study.Sample
	Histogram string  `json:"histogram"` // of latencies in ns: HdrHistogram V2, compressed, base64
	Probe     float64 `json:"probe_ns"`  // round trip of a cache line just before
}

// readBeside adds histograms, merged over rounds, and probes to the model. What cannot
// be read is told in a warning: percentiles as printed stand in for it.
func (m *model) readBeside(dir string) {
	path := filepath.Join(dir, study.SamplesFile)
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, []byte(`"histogram"`)) && !bytes.Contains(data, []byte(`"probe_ns"`)) {
		return // the reader has complained, or there is nothing
	}
	if m.histograms == nil {
		m.histograms = map[string]map[place]*hdrhistogram.Histogram{}
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for n := 1; lines.Scan(); n++ {
		var b beside
		if json.Unmarshal(lines.Bytes(), &b) != nil {
			continue // torn: the reader has told
		}
		if b.Probe > 0 {
			m.probes = append(m.probes, b.Probe)
		}
		if b.Histogram == "" || b.Error != "" {
			continue
		}
		h, err := hdrhistogram.Decode([]byte(b.Histogram))
		if err != nil {
			m.Warnings = append(m.Warnings, fmt.Sprintf("%s:%d: the histogram of %s cannot be read: %v", study.SamplesFile, n, b.Case, err))
			continue
		}
		at := place{b.CPUs, b.GOMAXPROCS, b.Pin}
		if m.histograms[b.Case] == nil {
			m.histograms[b.Case] = map[place]*hdrhistogram.Histogram{}
		}
		if all := m.histograms[b.Case][at]; all != nil {
			all.Merge(h)
		} else {
			m.histograms[b.Case][at] = h
		}
	}
}

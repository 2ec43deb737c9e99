package main

import (
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"

	"crossover/internal/study"
)

// addHistograms merges the latencies of each case over rounds. What cannot be decoded
// is told in a warning: percentiles as printed stand in for it.
func (m *model) addHistograms() {
	m.histograms = map[string]map[place]*hdrhistogram.Histogram{}
	for _, x := range m.Measured {
		if x.Histogram == "" {
			continue
		}
		h, err := hdrhistogram.Decode([]byte(x.Histogram))
		if err != nil {
			m.Warnings = append(m.Warnings, fmt.Sprintf("%s: the histogram of %s in round %d cannot be read: %v", study.SamplesFile, x.Case, x.Round, err))
			continue
		}
		at := place{x.CPUs, x.GOMAXPROCS, x.Pin}
		if m.histograms[x.Case] == nil {
			m.histograms[x.Case] = map[place]*hdrhistogram.Histogram{}
		}
		if all := m.histograms[x.Case][at]; all != nil {
			all.Merge(h)
		} else {
			m.histograms[x.Case][at] = h
		}
	}
}

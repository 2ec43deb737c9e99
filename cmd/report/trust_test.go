package main

import (
	"strings"
	"testing"

	"crossover/internal/study"
)

// A neighbour on the other hardware threads takes half of the units now and then: the
// control, one chain of multiplications, does not notice.
func TestCores(t *testing.T) {
	control := []study.Sample{{Values: map[string]float64{"ns/op": 1000}}}
	for _, test := range []struct {
		name string
		core []float64
		want string
	}{
		{"alone", []float64{20_000, 20_100, 20_050, 20_000, 39_000}, "unshared: ±0.2 %"},
		{"a neighbour that comes and goes", []float64{20_000, 31_000, 24_000, 39_000, 28_000}, "shared: ±14 %"},
		{"a study from before the probe", []float64{0, 0, 0}, ""},
	} {
		m := &model{Study: &study.Study{Control: control}}
		for _, ns := range test.core {
			m.Measured = append(m.Measured, study.Measured{Sample: study.Sample{Beside: study.Beside{Core: ns}}})
		}
		if got := m.cores().brief(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if m.control().noisy() {
			t.Errorf("%s: the control is called noisy", test.name)
		}
		said := false
		for _, f := range m.trust() {
			said = said || f.Name == "Cores" && strings.Contains(f.Value, "work that fills a core")
		}
		if said != (test.want != "") {
			t.Errorf("%s: cores mentioned: %v", test.name, said)
		}
	}
}

// How often the CPUs were far apart is part of the evidence.
func TestFarApart(t *testing.T) {
	m := &model{Study: &study.Study{Control: []study.Sample{{Values: map[string]float64{"ns/op": 1000}}}}}
	for _, ns := range []float64{100, 90, 110, 480, 105, 95, 200, 120, 100, 470} {
		m.Measured = append(m.Measured, study.Measured{Sample: study.Sample{Beside: study.Beside{Probe: ns}}})
	}
	for _, f := range m.trust() {
		if f.Name == "Probes" {
			if want := "in 20.0 % more than twice the median"; !strings.Contains(f.Value, want) {
				t.Errorf("it says %q, want %q in it", f.Value, want)
			}
			return
		}
	}
	t.Error("nothing is said of the probes")
}

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
		fact string
	}{
		{"alone", []float64{20_000, 20_100, 20_050, 20_000, 39_000}, "unshared: ±0.2 %", "each of 5 samples: ±0.2 % (median distance from the median), worst 95 %"},
		{"a neighbour that comes and goes", []float64{20_000, 31_000, 24_000, 39_000, 28_000}, "shared: ±14 %", "±14.3 % (median distance from the median), worst 39 %"},
		{"a study from before the probe", []float64{0, 0, 0}, "", ""},
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
		if said := trustFact(m, "Cores"); (said == "") != (test.fact == "") || !strings.Contains(said, test.fact) {
			t.Errorf("%s: it says %q, want %q in it", test.name, said, test.fact)
		}
	}
}

// How often the CPUs were far apart is part of the evidence.
func TestFarApart(t *testing.T) {
	m := &model{Study: &study.Study{Control: []study.Sample{{Values: map[string]float64{"ns/op": 1000}}}}}
	for _, ns := range []float64{100, 90, 110, 480, 105, 95, 200, 120, 100, 470} {
		m.Measured = append(m.Measured, study.Measured{Sample: study.Sample{Beside: study.Beside{Probe: ns}}})
	}
	for _, want := range []string{"median 110 ns, 90 % below 480 ns, at most 480 ns;", "in 20.0 % more than twice the median"} {
		if said := trustFact(m, "Probes"); !strings.Contains(said, want) {
			t.Errorf("it says %q, want %q in it", said, want)
		}
	}
}

// TestDrift: the control's last third is set against its first.
func TestDrift(t *testing.T) {
	m := &model{Study: &study.Study{}}
	for _, ns := range []float64{100, 100, 101, 100, 120, 104, 104, 104} {
		m.Control = append(m.Control, study.Sample{Values: map[string]float64{"ns/op": ns}})
	}
	want := "8 samples of a fixed spin: ±2.0 % (median distance from the median), worst 17.1 %, last third +4.0 % against the first"
	if said := trustFact(m, "Control"); said != want {
		t.Errorf("it says %q, want %q", said, want)
	}
	if want := "noisy: ±2.0 %, drift +4.0 %"; m.control().brief() != want {
		t.Errorf("in brief %q, want %q", m.control().brief(), want)
	}
}

// trustFact is what is said of one thing in "Can I trust this run?"; "" if nothing is.
func trustFact(m *model, name string) string {
	for _, f := range m.trust() {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

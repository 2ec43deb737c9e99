package bench

import (
	"errors"
	"testing"

	"crossover/patterns/spawn"
)

func TestVerifyEnds(t *testing.T) {
	type ends = []spawn.End[uint64]
	for _, c := range []struct {
		name string
		ends ends
		ok   bool
	}{
		{"right", ends{{Out: 0}, {Out: 1}, {Out: 2}}, true},
		{"one lacks", ends{{Out: 0}, {Out: 1}}, false},
		{"another's argument", ends{{Out: 0}, {Out: 2}, {Out: 1}}, false},
		{"one failed", ends{{Out: 0}, {Err: errors.New("boom")}, {Out: 2}}, false},
	} {
		if err := verifyEnds(c.ends, 3); (err == nil) != c.ok {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// The stack is really used, and the value comes through.
func TestDescend(t *testing.T) {
	for _, bytes := range []int{0, 1, stackFrame, 4096, 1 << 20} {
		if got := descend(bytes, 7); got != 7 {
			t.Errorf("descending %d bytes gave %d, want 7", bytes, got)
		}
	}
}

// A sample of workers that are there at once is of a program that has had none before.
func TestParkedOnce(t *testing.T) {
	parked := 0
	p := Spawn()
	for _, c := range p.cases(Full) {
		if c.Keys["until"] != "running" {
			continue
		}
		parked++
		if workers := (&conditions{Keys: c.Keys}).count("workers"); c.MinN != workers || c.MaxN != workers {
			t.Errorf("%s: from %d to %d, want one lot", c.Name, c.MinN, c.MaxN)
		}
	}
	if parked == 0 {
		t.Error("no case has workers parked")
	}
}

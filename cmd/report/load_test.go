package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crossover/internal/study"
)

// A study that joins another has a plan of its own, and may be unfinished.
func TestJoinUnfinished(t *testing.T) {
	dir := rich(t, 12)
	path := filepath.Join(dir, study.MachineFile)
	text := readFile(t, path)
	for _, edit := range [][2]string{{"Rich CPU", "Synthetic CPU"}, {`"rounds": 12`, `"rounds": 32`}, {`"complete": true`, `"complete": false`}} {
		text = replace(edit[0], edit[1])(text)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := load([]string{studyDir, dir}, reading{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.roundsOf(); got != "10 of 10" {
		t.Errorf("the first study has %s rounds, want 10 of 10", got)
	}
	if want := dir + " is not complete: 12 of 32 rounds."; !slices.Contains(m.warnings(), want) {
		t.Errorf("no warning %q in\n%s", want, strings.Join(m.warnings(), "\n"))
	}
}

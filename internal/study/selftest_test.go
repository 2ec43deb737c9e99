package study_test

import (
	"path/filepath"
	"strings"
	"testing"

	"crossover/internal/study"
)

// What cannot be found by counting is refused, and what can be is counted right.
func TestReadSelfTest(t *testing.T) {
	const whole = `{
		"figures": [
			{"id": "a", "what": "met", "k": 1, "n": 4, "lo": 0, "hi": 1, "met": true},
			{"id": "b", "what": "missed", "k": 0, "n": 0, "lo": 0, "hi": 1, "met": false},
			{"id": "c", "what": "shown", "k": 2, "n": 2, "lo": 0.5, "hi": 1}
		],
		"power": [{"percent": 5, "rounds": 10, "found": 0.5, "disjoint_found": 1, "disjoint": 2, "lo": 0, "hi": 1}]}`
	dir := t.TempDir()
	path := filepath.Join(dir, study.SelfTestFile)
	put(t, path, whole)
	s, err := study.ReadSelfTest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if all, missed := s.Targets(); all != 2 || missed != 1 || s.Figures[0].Missed() || !s.Figures[1].Missed() || s.Figures[0].Share() != 0.25 || s.Figures[1].Share() != 0 {
		t.Errorf("%d targets, %d missed, shares %v and %v", all, missed, s.Figures[0].Share(), s.Figures[1].Share())
	}
	for _, test := range []struct{ old, new, says string }{
		{`"k": 1`, `"k": 5`, `figure "a"`},
		{`"k": 1`, `"k": -1`, `figure "a"`},
		{`"hi": 1`, `"hi": 1.5`, `figure "a"`},
		{`"lo": 0.5, "hi": 1`, `"lo": 0.5, "hi": 0.4`, `figure "c"`},
		{`"percent": 5`, `"percent": 0`, "power at 0 %"},
		{`"rounds": 10`, `"rounds": 0`, "power at 5 % and 0 rounds"},
		{`"found": 0.5`, `"found": 1.5`, "power at"},
		{`"disjoint_found": 1`, `"disjoint_found": 3`, "power at"},
		{`"disjoint_found": 1`, `"disjoint_found": -1`, "power at"},
	} {
		put(t, path, whole)
		change(t, path, test.old, test.new)
		if _, err := study.ReadSelfTest(dir); err == nil || !strings.Contains(err.Error(), study.SelfTestFile+": "+test.says) {
			t.Errorf("with %s: error %v, want %q", test.new, err, test.says)
		}
	}
}

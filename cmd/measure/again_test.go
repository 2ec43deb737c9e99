package main

import (
	"io"
	"maps"
	"strings"
	"testing"

	"crossover/internal/stat"
)

// Of a summary the advice for the first goal counts.
func TestDecodeDecisions(t *testing.T) {
	const summary = `{"title": "X", "decisions": [
		{"pattern": "queue", "situation": "q1", "name": "one", "goal": "throughput", "use": "chan", "confidence": "clear"},
		{"pattern": "queue", "situation": "q2", "name": "two", "goal": "throughput", "use": "ring", "confidence": "cannot tell: ±4 %"},
		{"pattern": "queue", "situation": "q3", "name": "three", "goal": "throughput", "use": "", "confidence": ""},
		{"pattern": "queue", "situation": "q1", "name": "one", "goal": "memory", "use": "ring", "confidence": "tie"}]}`
	got, err := decodeDecisions([]byte(summary))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for situation, a := range got {
		said[situation] = a.String()
	}
	want := map[string]string{"queue: one": "`chan` (clear)", "queue: two": "`ring` (cannot tell)", "queue: three": "nothing (not measured)"}
	if !maps.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
	for _, none := range []string{"{}", "| a |"} {
		if _, err := decodeDecisions([]byte(none)); err == nil {
			t.Errorf("%s: no error", none)
		}
	}
}

func TestCompareAdvice(t *testing.T) {
	a := compareAdvice(
		map[string]advice{
			"one": {Use: "x", Confidence: "clear"}, "two": {Use: "x", Confidence: "tie"}, "three": {Use: "x", Confidence: "cannot tell: ±4 %"},
			"four": {Use: "x", Confidence: "only candidate"}, "five": {Use: "x", Confidence: "clear"}, "six": {},
		},
		map[string]advice{
			"one": {Use: "x", Confidence: "cannot tell: ±4 %"}, "two": {Use: "y", Confidence: "clear"}, "three": {Use: "y", Confidence: "clear"},
			"four": {Use: "x", Confidence: "only candidate"}, "six": {Use: "x", Confidence: "clear"},
		},
	)
	if a.decided.K != 3 || a.decided.N != 4 || a.same.K != 1 || a.same.N != 3 {
		t.Errorf("decided %+v, same %+v", a.decided, a.same)
	}
	a.rounds = [2]int{32, 30}
	var out strings.Builder
	if err := a.tell(&out); err == nil || err.Error() != "1 of 2 figures miss their target" || !strings.Contains(out.String(), "(32 and 30 rounds)") {
		t.Errorf("error %v, printed %q", err, out.String())
	}
	if err := (&again{same: a.decided, decided: a.decided}).tell(io.Discard); err == nil {
		t.Error("other advice in one situation of four is no error")
	}
	all := stat.Proportion{K: 4, N: 4}
	if err := (&again{same: all, decided: stat.Proportion{K: 2, N: 4}}).tell(io.Discard); err == nil {
		t.Error("that nothing is told of half of the situations is no error")
	}
	if err := (&again{same: all, decided: all}).tell(io.Discard); err != nil {
		t.Errorf("the same advice everywhere: %v", err)
	}
	if len(a.differ) != 2 || a.differ[0] != "five: `x` (clear), then nothing (not measured)" || a.differ[1] != "two: `x` (tie), then `y` (clear)" {
		t.Errorf("%q", a.differ)
	}
}

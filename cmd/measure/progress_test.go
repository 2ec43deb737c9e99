package main

import (
	"bytes"
	"testing"
	"time"
)

// Where no terminal is, a line about every tenth; what is left is what was expected of
// the rest.
func TestProgress(t *testing.T) {
	told(t, time.Second, "measuring  10 %, round 1 of 4, 36s left\nmeasuring  20 %, round 1 of 4, 32s left\n")
}

// Of what takes three times as long as expected the rest will too: the more so, the more
// of it was seen.
func TestProgressSlower(t *testing.T) {
	told(t, 3*time.Second, "measuring  10 %, round 1 of 4, 1m12s left\nmeasuring  20 %, round 1 of 4, 1m15s left\n")
}

// told checks what is printed of the first ten of 40 steps of a second each, that take
// step.
func told(t *testing.T, step time.Duration, want string) {
	t.Helper()
	var b bytes.Buffer
	p := newProgress(&b, "measuring", 40*time.Second)
	clock := p.start
	p.now = func() time.Time { return clock }
	for range 10 {
		clock = clock.Add(step)
		p.step(time.Second, "round 1 of 4")
	}
	p.end()
	if got := b.String(); got != want {
		t.Errorf("printed\n%swant\n%s", got, want)
	}
}

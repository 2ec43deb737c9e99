package main

import (
	"bytes"
	"testing"
	"time"
)

// Where no terminal is, a line about every tenth; what is left is what was
// expected of the rest.
func TestProgress(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b, "measuring", 40*time.Second)
	for range 10 {
		p.step(time.Second, "round 1 of 4")
	}
	p.end()
	const want = "measuring  10 %, round 1 of 4, 36s left\nmeasuring  20 %, round 1 of 4, 32s left\n"
	if got := b.String(); got != want {
		t.Errorf("printed\n%swant\n%s", got, want)
	}
}

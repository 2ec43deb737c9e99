package main

import (
	"io"
	"testing"
	"time"
)

// A self-test's samples are short unless -benchtime is given, whatever other flags say.
func TestLabBenchtime(t *testing.T) {
	o, err := parseOptions([]string{"-selftest", "-o", "x-benchtime=1s"})
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := newLab(t.Context(), o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer l.r.probe.close()
	if l.benchtime != time.Millisecond {
		t.Errorf("samples of %v", l.benchtime)
	}
}

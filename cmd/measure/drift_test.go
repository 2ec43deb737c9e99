package main

import (
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"
)

func TestMovement(t *testing.T) {
	for _, test := range []struct {
		control []float64
		want    float64
	}{
		{nil, 0},
		{[]float64{1, 2}, 0},
		{[]float64{100, 100, 150, 150}, 0}, // too few
		{[]float64{100, 101, 99, 100, 300, 250, 101, 100}, 0.01}, // two wild rounds
		{[]float64{100, 100, 100, 150, 150, 150, 100, 100}, 0.5},
		{[]float64{100, 102, 104, 106, 108, 110}, 0.02}, // 104 to 106
	} {
		if got := movement(test.control); !scalar.EqualWithinAbs(got, test.want, 0.005) {
			t.Errorf("movement of %v is %v, want %v", test.control, got, test.want)
		}
	}
}

func TestCrowding(t *testing.T) {
	const took = 50 * time.Millisecond
	quiet := make([]span, 100)
	for i := range quiet { // the kernel's steps of 10 ms come and go
		quiet[i] = span{took: took, others: time.Duration(20*(i%2)-10) * time.Millisecond}
	}
	if got, _ := crowding(quiet); got > 0.05 {
		t.Errorf("a quiet machine: %v", got)
	}
	hog := append([]span{}, quiet...)
	for i := 40; i < 60; i++ {
		hog[i].others += took * 6 / 10
	}
	if got, _ := crowding(hog); !scalar.EqualWithinAbs(got, 0.6, 0.05) {
		t.Errorf("others had 0.6 of a CPU: %v", got)
	}
	if got, _ := crowding(hog[40:45]); got != 0 {
		t.Errorf("too short to say, yet %v", got)
	}
}

func TestAlarms(t *testing.T) {
	steady := []float64{100, 101, 99, 100, 100}
	moved := []float64{100, 100, 100, 130, 130, 130}
	chore := make([]span, 20) // 150 ms at a stretch
	for i := range chore {
		chore[i].took = 50 * time.Millisecond
	}
	chore[9].others, chore[10].others, chore[11].others = 50*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
	stolen := make([]span, 20)
	for i := range stolen {
		stolen[i] = span{50 * time.Millisecond, 25 * time.Millisecond, 20 * time.Millisecond}
	}
	partly := make([]span, 20)
	for i := range partly {
		partly[i] = span{50 * time.Millisecond, 25 * time.Millisecond, 10 * time.Millisecond}
	}
	busy := make([]span, 20)
	for i := range busy {
		busy[i] = span{50 * time.Millisecond, 25 * time.Millisecond, 0}
	}
	for _, test := range []struct {
		control []float64
		spans   []span
		cpus    int
		want    string
	}{
		{steady, nil, 2, ""},
		{moved, nil, 2, "control drifted: the same work took up to 30 % longer"},
		{steady, busy, 2, "something else took up to 50 % of a CPU"},
		{steady, stolen, 2, "another guest of its host took up to 50 % of a CPU"},
		{steady, partly, 2, "something else took up to 50 % of a CPU"},
		{steady, chore, 2, ""},
		{steady, busy, 64, ""}, // half a CPU of 64
	} {
		got := strings.Join(alarms(test.control, test.spans, test.cpus), "\n")
		if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
			t.Errorf("alarms %q, want %q", got, test.want)
		}
	}
}

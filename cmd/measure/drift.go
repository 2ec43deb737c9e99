package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// span is what one sample took, and what others took of the CPUs meanwhile.
type span struct{ took, others time.Duration }

const (
	// driftLimit is how far the control, smoothed over three rounds, may move. It is
	// the same fixed work on every CPU, so this is the machine. One in ten was tempting
	// and is what virtual machines do by themselves; a CPU that is shared costs half as
	// much again, or more.
	driftLimit = 0.25
	// othersLimit is the share of one CPU that others may use, and ofAllLimit that of all.
	othersLimit = 0.25
	ofAllLimit  = 0.02
	// othersWindow is the least time over which others are counted: the kernel counts
	// in steps of 10 ms a CPU.
	othersWindow = 500 * time.Millisecond
)

// alarms says what about the run itself should make a reader careful: the control
// moved, or somebody else used the CPUs of the study.
func alarms(control []float64, spans []span, cpus int) (ws []string) {
	if moved := movement(control); moved > driftLimit {
		ws = append(ws, fmt.Sprintf("The control drifted: the same work took up to %.0f %% longer in some rounds than in others.", 100*moved))
	}
	if busiest, limit := crowding(spans), max(othersLimit, ofAllLimit*float64(cpus)); busiest > limit {
		ws = append(ws, fmt.Sprintf("The machine was busy while it measured: something else took up to %.0f %% of a CPU.", 100*busiest))
	}
	return ws
}

// movement is by how much the largest median of three consecutive values exceeds the
// smallest. One wild round is no drift.
func movement(control []float64) float64 {
	lo, hi := math.Inf(1), 0.0
	for i := range len(control) - 2 {
		three := slices.Sorted(slices.Values(control[i : i+3]))
		lo, hi = min(lo, three[1]), max(hi, three[1])
	}
	if !(lo > 0) || hi == 0 {
		return 0
	}
	return hi/lo - 1
}

// crowding is the largest share of one CPU that others had over a window.
func crowding(spans []span) (most float64) {
	var window span
	first := 0
	for _, s := range spans {
		window.took += s.took
		window.others += s.others
		for window.took-spans[first].took >= othersWindow {
			window.took -= spans[first].took
			window.others -= spans[first].others
			first++
		}
		if window.took >= othersWindow {
			most = max(most, window.others.Seconds()/window.took.Seconds())
		}
	}
	return most
}

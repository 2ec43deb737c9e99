package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// A sight is what a watch saw between two looks: how much processor time the CPUs gave to
// others, how much another guest of the host stole, and how long the cgroup was throttled.
type sight struct{ others, stolen, throttled time.Duration }

// A span is what one sample took, and of a sight what the alarm asks.
type span struct{ took, others, stolen time.Duration }

const (
	// driftLimit is how far the control, smoothed over five rounds, may move. It is
	// the same fixed work on every CPU, so this is the machine. One in ten was tempting
	// and is what virtual machines do by themselves; a CPU that is shared costs half as
	// much again, or more.
	driftLimit = 0.25
	// othersLimit is the share of one CPU that others may use, and ofAllLimit that of all.
	othersLimit = 0.25
	ofAllLimit  = 0.02
	// othersWindow is the least time over which others are counted: the kernel counts in
	// steps of 10 ms a CPU, and a chore of the system that takes a tenth of a second is no
	// busy machine.
	othersWindow = 750 * time.Millisecond
)

// alarms says what about the run itself should make a reader careful: the control
// moved, or somebody else used the CPUs of the study.
func alarms(control []float64, spans []span, cpus int) (ws []string) {
	if moved := movement(control); moved > driftLimit {
		ws = append(ws, fmt.Sprintf("The control drifted: the same work took up to %.0f %% longer in some rounds than in others.", 100*moved))
	}
	if busiest, stolen := crowding(spans); busiest > max(othersLimit, ofAllLimit*float64(cpus)) {
		who := "something else"
		if stolen > busiest/2 {
			who = "another guest of its host"
		}
		ws = append(ws, fmt.Sprintf("The machine was busy while it measured: %s took up to %.0f %% of a CPU.", who, 100*busiest))
	}
	return ws
}

// movement is by how much the largest median of five consecutive values exceeds the
// smallest. Two wild rounds are no drift: a hypervisor takes a CPU away for some
// milliseconds now and then, and among three rounds that hits the control twice too often.
func movement(control []float64) float64 {
	const smooth = 5
	lo, hi := math.Inf(1), 0.0
	for i := range len(control) - smooth + 1 {
		middle := slices.Sorted(slices.Values(control[i : i+smooth]))[smooth/2]
		lo, hi = min(lo, middle), max(hi, middle)
	}
	if !(lo > 0) || hi == 0 {
		return 0
	}
	return hi/lo - 1
}

// crowding is the largest share of one CPU that others had over a window, and what share was
// stolen then.
func crowding(spans []span) (most, stolen float64) {
	var window span
	first := 0
	for _, s := range spans {
		window = window.plus(s, 1)
		for window.took-spans[first].took >= othersWindow {
			window = window.plus(spans[first], -1)
			first++
		}
		if share := window.others.Seconds() / window.took.Seconds(); window.took >= othersWindow && share > most {
			most, stolen = share, window.stolen.Seconds()/window.took.Seconds()
		}
	}
	return most, stolen
}

func (s span) plus(t span, times time.Duration) span {
	return span{s.took + times*t.took, s.others + times*t.others, s.stolen + times*t.stolen}
}

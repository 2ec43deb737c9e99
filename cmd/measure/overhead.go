package main

import (
	"fmt"
	"time"

	"crossover/internal/study"
)

// A ledger is where the time of a study goes.
type ledger struct {
	preparing   time.Duration // building, catalogs, spin
	calibrating time.Duration
	starting    time.Duration // of that, what its processes spent untimed
	timed       time.Duration // what samples are about
	untimed     time.Duration // the rest of their processes: start, set-up, exit
	beside      time.Duration // probes, bookkeeping
	samples     int
}

func (l *ledger) sample(took time.Duration, s *sample) {
	wall := seconds(s.Wall)
	timed := min(wall, s.Timed())
	l.samples++
	l.timed += timed
	l.untimed += wall - timed
	l.beside += took - wall
}

func (l *ledger) wall() time.Duration {
	return l.preparing + l.calibrating + l.timed + l.untimed + l.beside
}

func (l *ledger) overhead() *study.Overhead {
	return &study.Overhead{
		Wall: rounded(l.wall()), Timed: rounded(l.timed), Untimed: rounded(l.untimed), Beside: rounded(l.beside),
		Calibrating: rounded(l.calibrating), Starting: rounded(l.starting), Preparing: rounded(l.preparing),
	}
}

func (l *ledger) String() string {
	r := func(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
	if l.samples == 0 || l.timed == 0 {
		return fmt.Sprintf("%v, nothing timed", r(l.wall()))
	}
	without := l.wall() - l.untimed - l.starting
	return fmt.Sprintf("%d samples in %v: %.2f× the %v timed, %.2f× without process start, set-up and exit (%v, %v a sample, and %v while calibrating); calibrating %v, preparing %v, probes and bookkeeping %v (%v a sample)",
		l.samples, r(l.wall()), l.wall().Seconds()/l.timed.Seconds(), r(l.timed), without.Seconds()/l.timed.Seconds(),
		r(l.untimed), (l.untimed / time.Duration(l.samples)).Round(100*time.Microsecond), r(l.starting), r(l.calibrating), r(l.preparing),
		r(l.beside), (l.beside / time.Duration(l.samples)).Round(10*time.Microsecond))
}

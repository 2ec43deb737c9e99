package daemon_test

import (
	"os"
	"testing"
	"time"

	"crossover/patterns/clock"
	"crossover/patterns/daemon"
)

var beatTimes []time.Time // of one worker in this process

var timed = daemon.Named("test.timed", func([]*os.File) error {
	beatTimes = append(beatTimes, clock.Now())
	return nil
})

// TestAccountBegins: what a report says of time and CPU leaves out the heartbeats that are
// part of starting.
func TestAccountBegins(t *testing.T) {
	beatTimes = nil
	d, err := daemon.Variants()[0].Start(timed, daemon.Options{Every: time.Millisecond, Beats: daemon.Starting + 1})
	if err != nil {
		t.Fatal(err)
	}
	<-d.Done()
	report, err := d.Stop()
	if err != nil {
		t.Fatal(err)
	}
	last, next := beatTimes[daemon.Starting-1], beatTimes[daemon.Starting]
	if report.Start.Before(last) || report.Start.After(next) {
		t.Errorf("the account begins at %v, want between %v, when the last beat of starting was done, and %v, the next", report.Start, last, next)
	}
}

package barriertest

import (
	"context"
	"errors"
	"time"

	"crossover/patterns/barrier"
	"crossover/patterns/role"
)

// attendant is the party of the laws. It is a role, so a law is written once for
// goroutines, threads and processes.
var attendant = role.Register("barriertest.attendant", PlaceTransport(), attend)

// endless is a number of phases that is never reached.
const endless = -1

// job tells a party what to do.
type job struct {
	Parties int           // at the barrier
	Phases  int           // to pass, and then leave
	Limit   time.Duration // of each wait; 0: none
	Panics  bool          // instead of leaving
	Quiet   bool          // leaves without breaking the barrier
}

// report is what a party saw.
type report struct {
	Passed int // phases
	Early  int // looks at a party that had not arrived at the phase just passed
	Ahead  int // looks at a party that was more than one phase ahead
	End    ending
}

// ending is how a party's last call ended; it has to cross to another process,
// which an error's identity does not.
type ending string

const (
	finished ending = "finished" // all calls succeeded
	broken   ending = "broken"
)

func endingOf(err error) ending {
	switch {
	case err == nil:
		return finished
	case errors.Is(err, barrier.ErrBroken):
		return broken
	}
	return ending("error: " + err.Error())
}

// attend passes its phases and breaks the barrier as it leaves, however it does,
// unless it is to be quiet.
func attend(ctx context.Context, seat *role.Seat, p Place, j job) (r report, err error) {
	if !j.Quiet {
		defer p.Break()
	}
	defer p.BreakOn(ctx)()
	// A party that is asked to end before it is through goes on to find the barrier
	// broken, as one a moment later would.
	if err := seat.Ready(ctx); err != nil && !errors.Is(err, role.ErrTerminated) {
		return r, err
	}
	wait := p.Wait
	if j.Limit > 0 {
		wait = func() error { return p.WaitFor(j.Limit) }
	}
	for r.Passed != j.Phases {
		phase := r.Passed
		p.Board.Mark(p.ID(), phase)
		if err := wait(); err != nil {
			r.End = endingOf(err)
			return r, nil
		}
		r.Passed++
		for other := range j.Parties {
			switch off := p.Board.Look(other, phase); {
			case off < 0:
				r.Early++
			case off > 0:
				r.Ahead++
			}
		}
	}
	if j.Panics {
		panic("leaving in a hurry")
	}
	r.End = finished
	return r, nil
}

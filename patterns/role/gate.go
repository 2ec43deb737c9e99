package role

import (
	"context"
	"errors"
	"sync"
)

// ErrGateFailed is what Seat.Ready returns when another seat died, or the driver
// gave up, before the gate opened.
var ErrGateFailed = errors.New("the gate will not open: another party is missing")

// Gate holds back a number of seats until all of them are ready, so that no
// party's setting up is timed and no party has a head start. It opens once.
type Gate struct {
	settled chan struct{} // closed when every seat is ready, or one has died
	opened  chan struct{}
	failed  chan struct{}

	mu      sync.Mutex
	missing int
	err     error
}

// NewGate makes a gate for a number of seats.
func NewGate(seats int) *Gate {
	g := &Gate{
		settled: make(chan struct{}),
		opened:  make(chan struct{}),
		failed:  make(chan struct{}),
		missing: seats,
	}
	if seats == 0 {
		close(g.settled)
	}
	return g
}

// Open waits until all seats are ready and lets them go. It returns the error of
// a role that died before that, or ctx's cause; then no seat is let through.
func (g *Gate) Open(ctx context.Context) error {
	select {
	case <-g.settled:
	case <-ctx.Done():
		g.fail(context.Cause(ctx))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err == nil {
		close(g.opened)
	}
	return g.err
}

// arrive counts a seat as ready.
func (g *Gate) arrive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.missing--; g.missing == 0 && g.err == nil {
		close(g.settled)
	}
}

// fail says that a seat will never be ready. Only the first failure counts, and
// none does once the gate is settled: a later death is the driver's to notice.
// A nil gate has nobody to tell.
func (g *Gate) fail(err error) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil || g.missing == 0 {
		return
	}
	g.err = err
	close(g.settled)
	close(g.failed)
}

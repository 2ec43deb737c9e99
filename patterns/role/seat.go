package role

import (
	"context"
	"time"

	"crossover/patterns/clock"
)

// Seat is a running role's own view of itself.
type Seat struct {
	pass func(context.Context) error // arrives at the gate and waits for it
	cpu  func() time.Duration        // CPU time used so far by what runs the role; nil if it has none of its own

	ready      bool
	start      time.Time
	cpuAtStart time.Duration
}

// Ready says that the role is set up, waits until the gate opens and stamps the
// start of its work. It returns ErrGateFailed or ctx's cause if the gate will
// not open; the role then returns that error. Once Gate.Open has returned nil it
// returns nil, even to a role that is stopped before it came to run; only a worker
// process may be stopped before it has heard of it. A role without a gate is
// stamped at once.
func (s *Seat) Ready(ctx context.Context) error {
	s.ready = true
	if err := s.pass(ctx); err != nil {
		return err
	}
	s.Stamp()
	return nil
}

// Stamp begins the account of the work again: what the report says of time and CPU is from
// here on. It is for a role whose first steps still belong to its start.
func (s *Seat) Stamp() {
	if s.cpu != nil {
		s.cpuAtStart = s.cpu()
	}
	s.start = clock.Now()
}

// sum ends the work and says when it was and what it took.
func (s *Seat) sum() (start, end time.Time, cpu time.Duration) {
	end = clock.Now()
	if s.cpu != nil {
		cpu = s.cpu() - s.cpuAtStart
	}
	return s.start, end, cpu
}

// atGate is pass for a role in the gate's own process.
func atGate(g *Gate) func(context.Context) error {
	return func(ctx context.Context) error {
		if g == nil {
			return nil
		}
		g.arrive()
		return wait(ctx, g.opened, g.failed)
	}
}

// wait is for a gate to open or fail. An open one lets pass whatever has become of
// ctx since: who opened it may rely on the role already.
func wait(ctx context.Context, opened, failed <-chan struct{}) error {
	select {
	case <-opened:
		return nil
	case <-failed:
		return ErrGateFailed
	case <-ctx.Done():
	}
	select {
	case <-opened:
		return nil
	default:
		return context.Cause(ctx)
	}
}

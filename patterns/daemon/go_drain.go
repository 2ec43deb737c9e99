package daemon

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// goDrain is a goroutine with a context: SIGTERM makes main return, and before it
// does the worker completes the work in hand, within a deadline.
//
// Guarantees: the work in hand is completed when main returns, panics or gets
// SIGTERM, and main ends in bounded time. Costs: catching the signal: a goroutine
// and a channel. Breaks when: the work in hand takes longer than the deadline, or
// somebody calls os.Exit; nothing catches SIGKILL.
//
// Source: os/signal.NotifyContext with net/http.Server.Shutdown, the graceful
// shutdown of most Go services.
type goDrain struct {
	worker
	patience time.Duration
	asked    context.Context
	release  func() // the signal
}

func goDrainVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "go.drain",
			Summary:    "goroutine with context; main catches SIGTERM and drains until a deadline",
			File:       "go_drain.go",
			Source:     "signal.NotifyContext, http.Server.Shutdown",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic, Cancels: true},
		},
		Executions: []role.As{role.Goroutine, role.Thread},
		Ends:       ends(Drains, Cut, Drains, Drains, Cut),
		Deadline:   true,
		Start: func(t *Task, o Options) (Daemon, error) {
			w, err := t.start(role.Options{}, o, role.Goroutine, role.Thread)
			if err != nil {
				return nil, err
			}
			asked, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
			return &goDrain{w, o.Patience, asked, release}, nil
		},
	}
}

// Quit also closes once the signal is released, by Leave or Stop: main is leaving
// already, or has no worker to keep it.
func (d *goDrain) Quit() <-chan struct{} { return d.asked.Done() }

func (d *goDrain) Leave() error {
	defer d.release() // last: a second SIGTERM must not cut what the first let drain
	if err := d.handle.Terminate(); err != nil {
		return err
	}
	deadline := time.NewTimer(d.patience)
	defer deadline.Stop()
	select {
	case <-d.Done():
	case <-deadline.C:
	}
	if d.handle.Alive() { // select tosses a coin between two that are ready
		return ErrDeadline
	}
	_, err := d.handle.Join()
	return err
}

func (d *goDrain) Stop() (Report, error) {
	defer d.release()
	return d.worker.Stop()
}

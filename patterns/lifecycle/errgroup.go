package lifecycle

import (
	"context"

	"golang.org/x/sync/errgroup"

	"crossover/patterns"
	"crossover/patterns/role"
)

// errgroupWorker is a goroutine of an errgroup, asked by cancelling the group's
// context.
//
// Guarantees: as context; in a group of several the first error stops the others.
// Costs: one goroutine more than context, since the group tells only who waits in
// Wait, and somebody has to. Breaks when: as context. A body that calls
// runtime.Goexit is no error to the group.
//
// Source: golang.org/x/sync/errgroup, WithContext.
type errgroupWorker struct {
	*goroutine
	waited life
	cancel context.CancelFunc
}

func errgroupVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "errgroup",
			Summary:    "goroutine in an errgroup with a context",
			File:       "errgroup.go",
			Source:     "golang.org/x/sync/errgroup",
			Tier:       patterns.X,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As:  role.Goroutine,
		New: func(Options) Starter { return starter(startErrgroup) },
	}
}

func startErrgroup(t *Task) (Worker, error) {
	ctx, cancel := context.WithCancel(context.Background())
	group, ctx := errgroup.WithContext(ctx)
	w := &errgroupWorker{newGoroutine(), newLife(), cancel}
	group.Go(func() error {
		w.run(t, ctx.Done())
		return w.goroutine.end.Err
	})
	go func() {
		defer close(w.waited.done)
		defer cancel()
		group.Wait()
		w.waited.end = w.goroutine.end
	}()
	<-w.started
	return w, nil
}

func (w *errgroupWorker) Ask() error {
	w.cancel()
	return nil
}

// The group's end is the worker's.

func (w *errgroupWorker) Done() <-chan struct{} { return w.waited.Done() }
func (w *errgroupWorker) Alive() bool           { return w.waited.Alive() }
func (w *errgroupWorker) Join() End             { return w.waited.Join() }

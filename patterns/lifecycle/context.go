package lifecycle

import (
	"context"

	"crossover/patterns"
	"crossover/patterns/role"
)

// contextWorker is a goroutine that is asked to stop by cancelling its context.
//
// Guarantees: whoever heeds the context stops, and so does all that it has called
// with it; a panic ends the worker and nothing else. Costs: a context for each
// worker, two channels. Breaks when: the body computes without looking or waits
// for what knows no context: nothing in Go stops it then.
//
// Source: package context; The Go Blog, Go Concurrency Patterns: Context.
type contextWorker struct {
	*goroutine
	cancel context.CancelFunc
}

func contextVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "context",
			Summary:    "goroutine, asked by cancelling its context",
			File:       "context.go",
			Source:     "package context",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As:  role.Goroutine,
		New: func(Options) Starter { return starter(startContext) },
	}
}

func startContext(t *Task) (Worker, error) {
	ctx, cancel := context.WithCancel(context.Background())
	w := contextWorker{newGoroutine(), cancel}
	go func() {
		defer cancel()
		w.run(t, ctx.Done())
	}()
	<-w.started
	return w, nil
}

func (w contextWorker) Ask() error {
	w.cancel()
	return nil
}

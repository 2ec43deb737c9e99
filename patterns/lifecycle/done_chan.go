package lifecycle

import (
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// doneChan is a goroutine that is asked to stop by closing a channel.
//
// Guarantees: as context, for what selects on the channel. Costs: the channel.
// Breaks when: it has to reach further down: the standard library takes a context
// everywhere and a channel nowhere. Closing it twice panics, hence the Once.
//
// Source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation.
type doneChan struct {
	*goroutine
	stop  chan struct{}
	close sync.Once
}

func doneChanVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "done.chan",
			Summary:    "goroutine, asked by closing a channel",
			File:       "done_chan.go",
			Source:     "The Go Blog, Pipelines and cancellation",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As:  role.Goroutine,
		New: func(Options) Starter { return starter(startDoneChan) },
	}
}

func startDoneChan(t *Task) (Worker, error) {
	w := &doneChan{goroutine: newGoroutine(), stop: make(chan struct{})}
	go w.run(t, w.stop)
	<-w.started
	return w, nil
}

func (w *doneChan) Ask() error {
	w.close.Do(func() { close(w.stop) })
	return nil
}

package lifecycle

import (
	"runtime"
	"sync"

	"crossover/patterns"
	"crossover/patterns/role"
)

// thread is a goroutine on an OS thread of its own, asked by closing a channel.
//
// Guarantees: as done.chan; what the body did to its thread (priority, namespace,
// signal mask) goes with it, for the goroutine ends locked and Go then ends the
// thread. Costs: a thread made and ended for each worker, and a switch between
// threads wherever another goroutine waits for it. Breaks when: as done.chan. A
// thread cannot be killed either: it would take locks of the runtime with it.
//
// Source: runtime.LockOSThread.
type thread struct {
	*goroutine
	stop  chan struct{}
	close sync.Once
}

func threadVariant() Variant {
	return Variant{
		Info: patterns.Info{
			Name:       "thread",
			Summary:    "goroutine locked to a thread that ends with it",
			File:       "thread.go",
			Source:     "runtime.LockOSThread",
			Tier:       patterns.Std,
			Properties: patterns.Properties{Survives: patterns.SurvivesPanic},
		},
		As:  role.Thread,
		New: func(Options) Starter { return starter(startThread) },
	}
}

func startThread(t *Task) (Worker, error) {
	w := &thread{goroutine: newGoroutine(), stop: make(chan struct{})}
	go func() {
		runtime.LockOSThread() // and never unlocked
		w.run(t, w.stop)
	}()
	<-w.started
	return w, nil
}

func (w *thread) Ask() error {
	w.close.Do(func() { close(w.stop) })
	return nil
}

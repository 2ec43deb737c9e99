package lifecycle

import (
	"errors"
	"fmt"
	"sync"
)

// goroutine is what the variants in this process share: the body, and how its work
// is said to be over. Each adds how it is started and asked to stop.
type goroutine struct {
	life
	started chan struct{}
	over    chan struct{}
	finish  sync.Once
}

func newGoroutine() *goroutine {
	return &goroutine{life: newLife(), started: make(chan struct{}), over: make(chan struct{})}
}

// run is the worker's goroutine.
func (g *goroutine) run(t *Task, stop <-chan struct{}) {
	defer close(g.done)
	close(g.started)
	t.call(&g.end, stop, g.over)
}

func (g *goroutine) Finish() error {
	g.finish.Do(func() { close(g.over) })
	return nil
}

func (g *goroutine) Kill() error {
	if !g.Alive() {
		return nil
	}
	return fmt.Errorf("killing a goroutine: %w", errors.ErrUnsupported)
}

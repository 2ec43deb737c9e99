package roletest

import (
	"context"
	"sync"
	"sync/atomic"
)

// Lasting is a context that does not end and counts who waits for that: what stays with
// it is a leak. It is of a kind of its own, which package context asks to be told.
type Lasting struct {
	context.Context
	done    chan struct{}
	waiting atomic.Int64
}

// NewLasting makes one.
func NewLasting() *Lasting {
	return &Lasting{Context: context.Background(), done: make(chan struct{})}
}

// Waiting is how many functions are to be called at its end.
func (l *Lasting) Waiting() int { return int(l.waiting.Load()) }

// Done is never closed.
func (l *Lasting) Done() <-chan struct{} { return l.done }

// AfterFunc is what package context calls.
func (l *Lasting) AfterFunc(func()) (stop func() bool) {
	l.waiting.Add(1)
	var once sync.Once
	return func() (stopped bool) {
		once.Do(func() { l.waiting.Add(-1); stopped = true })
		return stopped
	}
}

package role

import (
	"context"
	"sync"
)

// OnEnd calls f, on a goroutine of its own, when ctx ends, until it is stopped. Once
// stop has returned nothing of f is under way and what f touches may be released:
// context.AfterFunc's own stop does not promise that.
func OnEnd(ctx context.Context, f func()) (stop func()) {
	done := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(done)
		f()
	})
	return sync.OnceFunc(func() { // for a second time cancel would say no as well
		if !cancel() {
			<-done
		}
	})
}

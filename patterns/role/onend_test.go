package role_test

import (
	"context"
	"testing"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

func TestOnEnd(t *testing.T) {
	roletest.NoLeaks(t)

	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	stop := role.OnEnd(ctx, func() { calls++ })
	stop()
	stop()
	cancel()
	if calls != 0 {
		t.Error("called after it was stopped")
	}

	// Stopped while it is under way: stop waits for it, or this is a data race.
	ctx, cancel = context.WithCancel(t.Context())
	begun, goOn := make(chan struct{}), make(chan struct{})
	stop = role.OnEnd(ctx, func() {
		close(begun)
		<-goOn
		calls++
	})
	cancel()
	<-begun
	stopped := make(chan int)
	go func() { stop(); stopped <- calls }()
	close(goOn)
	if calls := <-stopped; calls != 1 {
		t.Errorf("called %d times before stop returned, want 1", calls)
	}
	stop()
}

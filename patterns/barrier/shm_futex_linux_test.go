package barrier_test

import (
	"slices"
	"testing"
	"time"

	"crossover/patterns/barrier"
	"crossover/patterns/lawtest"
)

// A futex may wake who sleeps for no reason: that is nobody's arrival.
func TestStirred(t *testing.T) {
	variants := barrier.Variants()
	v := variants[slices.IndexFunc(variants, func(v barrier.Variant) bool { return v.Name == "shm.futex" })]
	b, err := v.New(2)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Release()
	watchdog := time.AfterFunc(time.Minute, b.Break)
	defer watchdog.Stop()
	first := make(chan error, 1)
	go func() { first <- b.Wait(0) }()
	// Counted as parked it may still be about to sleep.
	for stirred := 0; stirred < 10 && len(first) == 0; lawtest.Linger() {
		stirred += barrier.Stir(b)
	}
	if len(first) > 0 {
		t.Errorf("stirred, party 0 left with %v before party 1 had arrived", <-first)
		return
	}
	if err := b.Wait(1); err != nil {
		t.Errorf("party 1: %v", err)
	}
	if err := <-first; err != nil {
		t.Errorf("party 0: %v", err)
	}
}

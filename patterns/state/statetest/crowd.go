package statetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"crossover/patterns/lawtest"
	"crossover/patterns/state"
)

// crowd is goroutines that call a store at once.
type crowd struct {
	members int
	ends    chan error
}

// gather starts n goroutines. It is their f that ends.
func gather(n int, f func(i int) error) *crowd {
	c := &crowd{n, make(chan error, n)}
	for i := range n {
		go func() { c.ends <- lawtest.Attempt(func() error { return f(i) }) }()
	}
	return c
}

// join waits for all of them.
func (c *crowd) join(ctx context.Context) error { return c.await(ctx, "callers") }

func (c *crowd) await(ctx context.Context, what string) error {
	var errs []error
	for range c.members {
		select {
		case err := <-c.ends:
			errs = append(errs, err)
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		}
	}
	return errors.Join(errs...)
}

// shut is Close, unless ctx ends.
func shut(ctx context.Context, st state.Store[Key]) error {
	return gather(1, func(int) error { return st.Close() }).await(ctx, "Close to return")
}

// ledger is what callers know of a key to which they add without subtracting.
type ledger struct {
	begun, acknowledged atomic.Int64
	most                atomic.Int64 // that a read which has ended saw
}

// add adds and keeps account.
func (l *ledger) add(st state.Store[Key], delta int64) (int64, error) {
	l.begun.Add(delta)
	v, err := st.Add(0, delta)
	if err == nil {
		l.acknowledged.Add(delta)
	}
	return v, err
}

// reading is a value with what was known around it.
type reading struct {
	least, value, most int64
	before             int64 // what a read saw that had ended when this one began
}

func (l *ledger) get(st state.Store[Key]) (r reading, err error) {
	r.least, r.before = l.acknowledged.Load(), l.most.Load()
	r.value, err = st.Get(0)
	r.most = l.begun.Load()
	if err == nil {
		for m := l.most.Load(); m < r.value && !l.most.CompareAndSwap(m, r.value); m = l.most.Load() {
		}
	}
	return r, err
}

// between checks that a reading is of what had happened, neither less nor more.
func (r reading) between() error {
	switch {
	case r.value < r.least:
		return fmt.Errorf("a read gave %d, though updates of %d had been acknowledged before it", r.value, r.least)
	case r.value > r.most:
		return fmt.Errorf("a read gave %d, though updates of %d only had been begun", r.value, r.most)
	}
	return nil
}

// forward checks that it is not from before an earlier one.
func (r reading) forward() error {
	if r.value < r.before {
		return fmt.Errorf("a read went back to %d after one of %d", r.value, r.before)
	}
	return nil
}

package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"crossover/patterns/role"
)

// desk is where an owner is handed its calls.
type desk[K comparable] interface {
	// serve performs the calls that come, until ctx ends or no more can come. In
	// whatever way it ends, no call that it took waits for ever.
	serve(ctx context.Context, l *ledger[K]) error
}

// exporter is a desk that an owner in another process can sit at.
type exporter interface{ export() (role.Wire, error) }

func deskTransport[K comparable]() role.Transport[desk[K]] {
	return role.Transport[desk[K]]{
		Export: func(d desk[K]) (role.Wire, error) {
			e, ok := d.(exporter)
			if !ok {
				return role.Wire{}, fmt.Errorf("the data of %T cannot leave its process: %w", d, errors.ErrUnsupported)
			}
			return e.export()
		},
		Open: func(w role.Wire) (desk[K], error) {
			for _, v := range Variants[K]() {
				if v.Name == w.Impl && v.open != nil {
					return v.open(w)
				}
			}
			return nil, fmt.Errorf("state variant %q cannot be opened from another process", w.Impl)
		},
	}
}

// task is what an owner is told; none is what a role needs no value for.
type (
	task struct {
		Effort int
		Remote bool // it is a process of its own
	}
	none struct{}
)

// own is the role of an owner.
func (r *Rule[K]) own(ctx context.Context, seat *role.Seat, d desk[K], t task) (none, error) {
	if err := seat.Ready(ctx); err != nil {
		return none{}, err
	}
	return none{}, d.serve(ctx, &ledger[K]{rule: r, task: t, values: map[K]int64{}})
}

// ledger is the data in the hands of its owner: a map that needs no lock.
type ledger[K comparable] struct {
	rule *Rule[K]
	task
	values map[K]int64
}

func (l *ledger[K]) perform(read bool, key K, delta int64) (int64, error) {
	if read {
		return l.values[key], nil
	}
	// A rule that calls runtime.Goexit takes the owner with it. The process of an
	// owner would live on and never answer; so it goes too.
	returned := false
	defer func() {
		if !returned && l.Remote {
			fmt.Fprintln(os.Stderr, "fatal error: an update ended the owner by runtime.Goexit")
			os.Exit(1)
		}
	}()
	v, err := l.rule.Update(l.Effort, l.values[key], delta) // does not panic
	returned = true
	if err == nil {
		l.values[key] = v
	}
	return v, err
}

// owner is the role that owns the data, seen from its store.
type owner struct {
	*role.Handle[none]
	closed atomic.Bool // the store is
}

// hire starts an owner at its desk and returns when it is there.
func (r *Rule[K]) hire(d desk[K], o Options) (*owner, error) {
	if o.Owner.As == "" {
		o.Owner.As = role.Goroutine
	}
	gate := role.NewGate(1)
	h, err := r.owner.Start(context.Background(), gate, o.Owner, d, task{o.Effort, o.Owner.As == role.Process})
	if err != nil {
		return nil, err
	}
	if err := gate.Open(context.Background()); err != nil {
		h.Join()
		return nil, fmt.Errorf("starting the owner of a store: %w", err)
	}
	return &owner{Handle: h}, nil
}

// gone says why an owner that has ended, or is about to, answers no more.
func (o *owner) gone() error {
	if o.closed.Load() {
		return ErrClosed
	}
	_, err := o.Join()
	switch {
	case o.closed.Load():
		return ErrClosed
	case err == nil:
		return ErrLost
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// patience is how long an owner that was told of the end may take to end too.
const patience = 5 * time.Second

// end lets the owner know that the store is closed, by calling tell, and joins
// it. One that does not end by itself is forced.
func (o *owner) end(tell func()) error {
	o.closed.Store(true)
	late := time.AfterFunc(patience, func() { o.Stop(patience) })
	defer late.Stop()
	tell()
	if _, err := o.Join(); err != nil && !errors.Is(err, role.ErrTerminated) {
		return fmt.Errorf("the owner of a store: %w", err)
	}
	return nil
}

// dismiss is end for owners that listen to their context.
func (o *owner) dismiss() error { return o.end(func() { o.Terminate() }) }

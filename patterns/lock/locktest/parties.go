package locktest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/lock"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

// The parties of the laws. They are roles, so a law is written once for
// goroutines and for processes.
var (
	worker = role.Register("locktest.worker", lock.GuardedTransport[board](), work)
	holder = role.Register("locktest.holder", lock.GuardedTransport[board](), hold)
)

// endless is a count of entries that is never reached.
const endless = -1

// job tells a worker how often to enter, and as what.
type job struct {
	Entries int
	Reads   int // of four entries
	Of      int // parties that it waits for
}

// report is what a worker saw.
type report struct {
	Entries, Writes int
	Together        int // entries at which somebody was inside who must not be
	Torn            int // entries that found the board in disorder
	Heir            int // entries after the death of the owner
	End             ending
}

// ending is how a party's last call ended; it has to cross to another process,
// which an error's identity does not.
type ending string

const (
	finished ending = "finished" // all calls succeeded
	broken   ending = "broken"
)

func endingOf(err error) ending {
	switch {
	case err == nil:
		return finished
	case errors.Is(err, lock.ErrBroken):
		return broken
	}
	return ending("error: " + err.Error())
}

// work enters again and again, until it has done so often enough, is asked to
// end, or cannot.
func work(ctx context.Context, seat *role.Seat, g *guarded, j job) (r report, err error) {
	defer lock.BreakOn(ctx, g)()
	p, err := g.Party()
	if err != nil {
		return r, err
	}
	if err := roletest.Ready(ctx, seat); err != nil {
		return r, err
	}
	g.Data.meet(ctx, j.Of)
	for r.Entries != j.Entries && (ctx.Err() == nil || j.Entries != endless) {
		err := r.enter(p, g.Data, r.Entries%4 < j.Reads)
		if err != nil {
			r.End = endingOf(err)
			return r, nil
		}
	}
	r.End = finished
	return r, nil
}

// enter is one critical section. Every fourth is tried first.
func (r *report) enter(p lock.Locker, b *board, reads bool) error {
	in, out, inside := p.Lock, p.Unlock, b.write
	switch {
	case reads:
		in, out, inside = p.RLock, p.RUnlock, b.read
	case r.Entries%4 == 3:
		in = func() error { return tryOrWait(p) }
	}
	switch err := in(); {
	case errors.Is(err, lock.ErrOwnerDied):
		r.Heir++
		b.repair()
		b.Writers.Add(1)
		lawtest.Linger() // nobody else is to inherit meanwhile
		b.Writers.Add(-1)
	case err != nil:
		return err
	}
	together, torn := inside()
	r.Entries++
	r.Writes += one(!reads)
	r.Together += one(together)
	r.Torn += one(torn)
	if err := out(); err != nil {
		return fmt.Errorf("leaving: %w", err)
	}
	return nil
}

// tryOrWait is Lock by way of TryLock, which has its own way in.
func tryOrWait(p lock.Locker) error {
	if got, err := p.TryLock(); got || err != nil {
		return err
	}
	return p.Lock()
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hold is inside when it says that it is ready, and until it is asked to end.
func hold(ctx context.Context, seat *role.Seat, g *guarded, reads bool) (struct{}, error) {
	p, err := g.Party()
	if err != nil {
		return struct{}{}, err
	}
	in, out := p.Lock, p.Unlock
	if reads {
		in, out = p.RLock, p.RUnlock
	}
	if err := in(); err != nil {
		return struct{}{}, fmt.Errorf("entering: %w", err)
	}
	if err := roletest.Ready(ctx, seat); err != nil {
		return struct{}{}, errors.Join(err, out())
	}
	<-ctx.Done()
	return struct{}{}, out()
}

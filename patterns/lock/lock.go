package lock

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns"
	"crossover/patterns/role"
)

// Errors a lock reports. ErrBroken is final.
var (
	// ErrBroken says that the lock was given up; the caller does not have it.
	ErrBroken = errors.New("lock is broken: a party left without finishing")
	// ErrOwnerDied says that the party which had the lock last was killed. The caller
	// has the lock, as after EOWNERDEAD of a robust pthread mutex, and has to put in
	// order what the dead one may have left half done. It is told once.
	ErrOwnerDied = errors.New("lock was taken over: its owner died")
	// ErrNotHeld says that the caller released what it does not have.
	ErrNotHeld = errors.New("lock is not held by its releaser")
)

// Lock is what the parties share.
type Lock interface {
	// Party returns one party's end. A goroutine that waits for the lock while
	// others do needs one of its own; it may pass it on while nobody is inside.
	//
	// A handle per party, and not a lock that anybody calls, because some have to
	// keep something for each: the node an MCS waiter spins on, the open file a
	// flock belongs to, the token a reader gives back. Taking those from a pool in
	// every Lock was tempting; it costs more than the lock. Others return themselves.
	Party() (Locker, error)
	// Break gives the lock up, if the variant Cancels: parties of this process that
	// wait return ErrBroken, and so does who comes later. It may be called at any
	// time, by anyone, repeatedly. Parties in other processes are stopped through
	// their role.Handle. If the variant does not cancel, Break does nothing and who
	// waits, waits for the holder.
	Break()
	// Release returns descriptors and mappings, those of the parties included. Call
	// it last and once, when no other call is under way.
	Release() error
}

// Locker is one party's end of a lock. It is not reentrant.
type Locker interface {
	// Lock waits until the caller is alone inside. After ErrOwnerDied the caller is
	// inside as well; after any other error it is not.
	Lock() error
	// TryLock is Lock for a caller that will not wait. It reports whether the caller
	// is inside. It may say no without need while others come and go.
	TryLock() (bool, error)
	// Unlock lets the next one in. If the variant is Owned it returns ErrNotHeld to a
	// party that is not inside, and does no harm; elsewhere that is a bug which may
	// end the program or let two in.
	Unlock() error
	// RLock waits until no writer is inside. If the variant Shares, other readers may
	// be; elsewhere it is Lock.
	RLock() error
	// RUnlock undoes RLock. A party that is not inside it treats as Unlock does.
	RUnlock() error
}

// Fairness is what a party that waits may rely on.
type Fairness string

const (
	Barging  Fairness = "barging"  // others may overtake it for ever
	Eventual Fairness = "eventual" // others may overtake it, but not for ever
	FIFO     Fairness = "fifo"     // who comes later enters later
)

// Orphan is what becomes of a lock whose holder's process is killed.
type Orphan string

const (
	Told  Orphan = "told"  // the next party gets it and ErrOwnerDied
	Freed Orphan = "freed" // the next party gets it and is not told
	Lost  Orphan = "lost"  // nobody gets it: all wait until Break
)

// Variant is one row of the table.
type Variant struct {
	patterns.Info
	Fairness Fairness
	Shares   bool   // readers are inside together
	Owned    bool   // a party cannot release what it does not have
	Orphan   Orphan // where the mechanism can leave its process

	New func() (Lock, error)

	// Open attaches to a lock that another process exported; nil where the mechanism
	// cannot leave its process.
	Open func(role.Wire) (Lock, error)
}

// Exporter is a lock that can be handed to another process.
type Exporter interface {
	Export() (role.Wire, error)
}

// Transport is how a role gets a lock across a process boundary.
func Transport() role.Transport[Lock] {
	return role.Transport[Lock]{Export: export, Open: open}
}

func export(l Lock) (role.Wire, error) {
	e, ok := l.(Exporter)
	if !ok {
		return role.Wire{}, fmt.Errorf("lock %T cannot leave its process: %w", l, errors.ErrUnsupported)
	}
	return e.Export()
}

func open(w role.Wire) (Lock, error) {
	for _, v := range Variants() {
		if v.Name == w.Impl && v.Open != nil {
			return v.Open(w)
		}
	}
	return nil, fmt.Errorf("lock variant %q cannot be opened from another process", w.Impl)
}

// BreakOn breaks the lock when ctx ends, until it is stopped. It is for a party
// that must not outwait its own context. Once stop has returned nothing of it is
// under way on the lock, which may then be released.
func BreakOn(ctx context.Context, l Lock) (stop func()) {
	return role.OnEnd(ctx, l.Break)
}

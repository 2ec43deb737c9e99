package state

import (
	"errors"
	"fmt"
	"time"

	"crossover/patterns"
	"crossover/patterns/role"
)

// Errors a store reports. ErrClosed and ErrLost are final.
var (
	ErrClosed = errors.New("store is closed")
	ErrLost   = errors.New("store is lost: the owner of the data is gone")
	ErrKey    = errors.New("a counter has one key, the zero value")
)

// Store keeps a number for each key of type K. Its methods may be called from any
// goroutine, at any time. Keys are hashed as those of a map are: where K is an
// interface type, a key that holds what cannot be hashed is a bug, which may end the
// program.
type Store[K comparable] interface {
	// Add updates the value of a key by the store's rule, which is plain addition
	// unless it says otherwise, and returns the new value. A key nobody has added
	// to holds 0. If the rule panics, Add returns a *role.PanicError and the value
	// stays.
	Add(key K, delta int64) (int64, error)
	// Get returns the value of a key.
	Get(key K) (int64, error)
	// Close ends the store. Calls under way return, with a result or with
	// ErrClosed; later ones return ErrClosed. It joins the owner, gives back what
	// was held and returns an error if the owner had not ended well. Closing again
	// is allowed.
	//
	// Where the owner may be a process, an update under way when it is closed or
	// lost may have been made though its caller got an error: the answer was on its
	// way. Elsewhere an error means that nothing was changed.
	Close() error
}

// Options of a store.
type Options struct {
	// Owner is how the owner of the data runs; the zero value is a goroutine.
	// Variants without an owner take nothing else. Of an owner with a thread of its
	// own role.Thread says what it may do to other callers where there is one P.
	Owner role.Options
	// Effort is handed to the rule with each update.
	Effort int
}

// Variant is one row of the table.
type Variant[K comparable] struct {
	patterns.Info

	// Counter says that there is one key, the zero value of K; others are refused
	// with ErrKey.
	Counter bool
	// Adds says that plain addition is the only rule.
	Adds bool
	// Weak says that Add does not know the new value and returns 0, and that a Get
	// among updates by more than one may see a later one without an earlier one. It
	// still sees all that were acknowledged before it began.
	Weak bool
	// ReadMostly says that reads are made cheaper at the expense of updates.
	ReadMostly bool
	// Owned says that a role owns the data; the store then is an Owned.
	Owned bool

	// New makes an empty store that follows the rule.
	New func(*Rule[K], Options) (Store[K], error)

	// open attaches an owner in another process to its end of the store; nil where
	// the data stays in the callers' process.
	open func(role.Wire) (desk[K], error)
}

// Owned is a store whose data a role owns.
type Owned interface{ Owner() Owner }

// Owner is the role that owns a store's data. A *role.Handle is one.
type Owner interface {
	Pid() int
	CPU() (time.Duration, error)
	Done() <-chan struct{}
	Terminate() error
	Kill() error
}

// Unowned refuses, with errors.ErrUnsupported, what a variant without an owner cannot
// do: put it into a thread or a process.
func (o Options) Unowned() error {
	if as := o.Owner.As; as != "" && as != role.Goroutine {
		return fmt.Errorf("a store without an owner as a %s: %w", as, errors.ErrUnsupported)
	}
	return nil
}

// onlyAdds refuses what a variant that can only add cannot do.
func onlyAdds[K comparable](r *Rule[K]) error {
	if !r.Adds() {
		return fmt.Errorf("a rule other than addition: %w", errors.ErrUnsupported)
	}
	return nil
}

// checkKey refuses what is not the one key of a counter.
func checkKey[K comparable](key K) error {
	if key != *new(K) {
		return ErrKey
	}
	return nil
}

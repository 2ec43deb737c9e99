package queue

import (
	"context"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
)

// Errors a queue reports. ErrClosed and ErrBroken are final.
var (
	ErrClosed  = errors.New("queue is closed")
	ErrBroken  = errors.New("queue is broken: a party left without finishing")
	ErrDropped = errors.New("queue is full: item dropped")
)

// Queue carries items of type T.
//
// The order of shutting down is the contract's heart. In the good case: every
// producer returns, Close, every consumer drains to ErrClosed and returns,
// Release. When a party fails: Break at once, join everybody, Release.
type Queue[T any] interface {
	// Put adds an item, waiting for room if the variant's overflow is to block.
	// It returns ErrDropped where the overflow drops, ErrBroken after Break.
	// After Close it must not be called.
	Put(T) error
	// Get removes an item, waiting for one. It returns ErrClosed once the queue
	// is closed and drained, ErrBroken after Break.
	Get() (T, error)
	// Close says that no Put will follow; call it once the last producer has
	// returned. Items already put are still delivered. Closing twice is allowed.
	Close()
	// Break gives the queue up: callers parked on this end return ErrBroken and
	// items may be lost. It may be called at any time, by anyone, repeatedly.
	// Parties in other processes are stopped through their role.Handle.
	Break()
	// Release returns goroutines, descriptors and mappings. Call it last and
	// once, when no other call is under way.
	Release() error
}

// Dropper is a queue that discards items it had accepted, and counts them.
type Dropper interface {
	// Dropped is how many were discarded so far.
	Dropped() int
}

// BreakOn breaks the queue when ctx ends, until it is stopped. It is for a party
// that must not outwait its own context. Once stop has returned nothing of it is
// under way on the queue, which may then be released.
func BreakOn[T any](ctx context.Context, q Queue[T]) (stop func()) {
	return role.OnEnd(ctx, q.Break)
}

// Variant is one row of the table.
type Variant[T any] struct {
	patterns.Info

	// New makes a queue with room for capacity items. Variants that grow ignore
	// capacity; others refuse one below MinCapacity, or above 1<<30, with an error.
	New func(capacity int) (Queue[T], error)

	// Open attaches to a queue that another process exported; nil where the
	// mechanism cannot leave its process.
	Open func(role.Wire) (Queue[T], error)
}

// Side is the end of a queue that a party in another process holds. It is told
// when exporting, so that a consumer never inherits the write end: if it did,
// end of file would never come.
type Side string

const (
	PutSide Side = "put"
	GetSide Side = "get"
)

// Exporter is a queue whose ends can be handed to another process.
type Exporter interface {
	Export(Side) (role.Wire, error)
}

// Transport is how a role that holds one side of a queue gets it across a
// process boundary.
func Transport[T any](side Side) role.Transport[Queue[T]] {
	return role.Transport[Queue[T]]{
		Export: func(q Queue[T]) (role.Wire, error) {
			e, ok := q.(Exporter)
			if !ok {
				return role.Wire{}, fmt.Errorf("queue %T cannot leave its process: %w", q, errors.ErrUnsupported)
			}
			return e.Export(side)
		},
		Open: func(w role.Wire) (Queue[T], error) {
			for _, v := range Variants[T]() {
				if v.Name == w.Impl && v.Open != nil {
					return v.Open(w)
				}
			}
			return nil, fmt.Errorf("queue variant %q cannot be opened from another process", w.Impl)
		},
	}
}

// checkCapacity refuses what a bounded variant for items of type T cannot be made with.
func checkCapacity[T any](capacity, least int) error {
	if capacity < least {
		return fmt.Errorf("queue capacity %d is below the variant's minimum of %d", capacity, least)
	}
	if most := mostCapacity(unsafe.Sizeof(*new(T))); capacity > most {
		return fmt.Errorf("queue capacity %d is above %d", capacity, most)
	}
	return nil
}

// mostCapacity keeps the bytes of a queue within what an int counts, which is 2 GiB on
// 32 bits. A slot may take two lines of cache more than its item, and there may be twice
// as many slots.
func mostCapacity(item uintptr) int {
	return min(1<<30, math.MaxInt/2/(int(item)+128))
}

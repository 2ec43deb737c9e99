package lock

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"crossover/patterns/role"
)

// Guarded is a lock together with what it guards: between processes both have to
// get across. Nobody touches Data but the party inside.
type Guarded[T any] struct {
	Lock
	Data *T

	memory *memory // that Data is in; nil if it is this process's own
}

// Guard puts zeroed memory beside a lock, which becomes its own: Release releases
// both. For parties that are processes the memory is shared, and T must hold no
// pointers.
func Guard[T any](l Lock, as role.As) (*Guarded[T], error) {
	if as != role.Process {
		return &Guarded[T]{Lock: l, Data: new(T)}, nil
	}
	if err := role.CheckPlain[T](); err != nil {
		return nil, fmt.Errorf("guarding between processes: %w", err)
	}
	m, err := newMemory(int(unsafe.Sizeof(*new(T))))
	if err != nil {
		return nil, fmt.Errorf("guarding %v between processes: %w", reflect.TypeFor[T](), err)
	}
	return &Guarded[T]{Lock: l, Data: (*T)(m.At(0)), memory: m}, nil
}

// Release gives back the lock and the memory.
func (g *Guarded[T]) Release() error {
	err := g.Lock.Release()
	if g.memory != nil {
		err = errors.Join(err, g.memory.Release())
	}
	return err
}

// GuardedTransport is how a role gets a lock and what it guards across a process
// boundary.
func GuardedTransport[T any]() role.Transport[*Guarded[T]] {
	return role.Transport[*Guarded[T]]{
		Export: func(g *Guarded[T]) (role.Wire, error) {
			if g.memory == nil {
				return role.Wire{}, fmt.Errorf("memory of this process's own cannot leave it: %w", errors.ErrUnsupported)
			}
			w, err := export(g.Lock)
			w.Files = append(slices.Clone(w.Files), g.memory.File())
			return w, err
		},
		Open: func(w role.Wire) (*Guarded[T], error) {
			last := len(w.Files) - 1
			m, err := openMemory(w.Files[last])
			if err != nil {
				return nil, err
			}
			w.Files = w.Files[:last]
			l, err := open(w)
			if err != nil {
				return nil, errors.Join(err, m.Release())
			}
			return &Guarded[T]{Lock: l, Data: (*T)(m.At(0)), memory: m}, nil
		},
	}
}

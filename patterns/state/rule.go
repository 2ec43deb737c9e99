package state

import (
	"runtime/debug"

	"crossover/patterns/role"
)

// Rule says what an update does to a value. It has a name because a closure
// cannot cross to another process.
type Rule[K comparable] struct {
	apply func(effort int, value, delta int64) int64
	owner *role.Role[desk[K], task, none]
}

// Named registers a rule under a name, which must be unique in the program. Call
// it while package variables are initialised, so that an owner process, which is
// this program started again, knows the name too.
//
// apply computes the new value, while nobody else can change the old one. It may
// be run more than once for an update, where a variant tries and tries again, so
// it must have no other effect. A nil apply adds.
func Named[K comparable](name string, apply func(effort int, value, delta int64) int64) *Rule[K] {
	r := &Rule[K]{apply: apply}
	r.owner = role.Register("state.owner."+name, deskTransport[K](), r.own)
	return r
}

// Adds reports whether the rule is plain addition.
func (r *Rule[K]) Adds() bool { return r.apply == nil }

// Update computes a new value. A panic becomes a *role.PanicError, so that one
// bad update never takes the store with it.
func (r *Rule[K]) Update(effort int, value, delta int64) (int64, error) {
	if r.apply == nil {
		return value + delta, nil
	}
	return r.guarded(effort, value, delta)
}

func (r *Rule[K]) guarded(effort int, value, delta int64) (updated int64, err error) {
	defer func() {
		if v := recover(); v != nil {
			updated, err = 0, &role.PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return r.apply(effort, value, delta), nil
}

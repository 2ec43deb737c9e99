package statetest

import (
	"context"
	"errors"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/state"
)

// platformLaws are those that need to find what a process holds.
func platformLaws() []Law { return []Law{starvedLaw} }

var starvedLaw = Law{
	Name:   "make-all-or-nothing",
	Doc:    "A store that cannot be made for want of descriptors, whichever is the first that is missing, leaves nothing behind.",
	Excuse: everywhere(unowned),
	Check: func(ctx context.Context, s Subject) error {
		makes := func(want func(start func() error) (wanting, err error)) (wanting, err error) {
			var st state.Store[Key]
			wanting, err = want(func() (err error) {
				st, err = lawtest.AwaitResult(ctx, "waiting for the store to be made", func() (state.Store[Key], error) {
					return s.New(adding, state.Options{Owner: role.Options{As: s.As}})
				})
				return err
			})
			if st == nil {
				return wanting, err
			}
			return wanting, errors.Join(err, refusesNothing(st), shut(ctx, st))
		}
		wanting, err := makes(func(start func() error) (wanting, err error) { return start(), nil })
		if wanting != nil || err != nil { // what comes to stay comes now
			return errors.Join(wanting, err)
		}
		return roletest.Starved(ctx, func(room int) (wanting, err error) {
			return makes(func(start func() error) (wanting, err error) { return roletest.Famine(room, start) })
		})
	},
}

func refusesNothing(st state.Store[Key]) error {
	_, err := st.Add(0, 1)
	return err
}

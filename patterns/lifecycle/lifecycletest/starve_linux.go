package lifecycletest

import (
	"context"

	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
)

var starvedLaw = Law{
	Name: "start-all-or-nothing",
	Doc:  "A worker that cannot be started for want of descriptors, whichever is the first that is missing, leaves nothing behind.",
	Excuse: func(v Variant) string {
		if v.As != role.Process {
			return "needs no descriptors"
		}
		return ""
	},
	Check: func(ctx context.Context, v Variant) error {
		if err := v.with(ctx, (*trial).goesOn); err != nil { // what comes to stay comes now
			return err
		}
		return roletest.Starved(ctx, func(room int) (starved, err error) {
			err = v.with(ctx, func(t *trial) (err error) {
				starved, err = roletest.Famine(room, func() error { _, err := t.start(obeys); return err })
				if starved == nil && err == nil {
					err = t.stops(t.workers[0])
				}
				return err
			})
			return starved, err
		})
	},
}

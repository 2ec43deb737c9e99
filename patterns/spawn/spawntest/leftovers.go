package spawntest

import (
	"context"
	"fmt"

	"crossover/patterns"
	"crossover/patterns/lawtest/errand"
	"crossover/patterns/role/roletest"
)

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "When Release returns, the workers are gone, however they ended: there is no goroutine, process or descriptor left over.",
	Excuse: binds,
	Check: func(ctx context.Context, v Variant) error {
		fates := []errand.Fate{errand.Returns, errand.Fails, errand.Panics, errand.Goexits}
		if v.Survives == patterns.SurvivesCrash {
			fates = append(fates, errand.Crashing...)
		}
		for _, f := range fates {
			err := roletest.LeavesNothing(ctx, func() error {
				return try(ctx, v, roomy, func(t *trial) error {
					return t.do(t.fated(3, f, func(i int) bool { return i == 1 }))
				})
			})
			if err != nil {
				return fmt.Errorf("when one was to %q: %w", f, err)
			}
		}
		return nil
	},
}

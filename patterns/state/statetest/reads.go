package statetest

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"crossover/patterns/state"
)

var betweenLaw = Law{
	Name:   "reads-between",
	Doc:    "A read sees every update that was acknowledged before it began, and none that had not begun when it ended; of those in between, some.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		if err := onReadings(reading.between)(ctx, s); err != nil {
			return err
		}
		return s.use(ctx, adding, goesDown)
	},
}

// goesDown subtracts between reads.
func goesDown(st state.Store[Key]) error {
	for want := int64(5); want >= -5; want-- {
		delta := int64(-1)
		if want == 5 {
			delta = want
		}
		if _, err := st.Add(0, delta); err != nil {
			return err
		}
		if err := holds(st, 0, want); err != nil {
			return fmt.Errorf("after an update by %d: %w", delta, err)
		}
	}
	return nil
}

var forwardLaw = Law{
	Name:   "reads-forward",
	Doc:    "While nobody subtracts, no read gives less than one that ended before it began.",
	Excuse: everywhere(),
	Check:  onReadings(reading.forward),
}

// onReadings is the check of a law about reads while others update.
func onReadings(look func(reading) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			const updaters, each, readers = 3, 200, 3
			var l ledger
			var updating atomic.Int32
			updating.Store(updaters)
			callers := gather(updaters+readers, func(i int) error {
				if i < updaters {
					defer updating.Add(-1)
					for n := range int64(each) {
						if _, err := l.add(st, 1+n%3); err != nil {
							return err
						}
						if n%8 == 0 {
							runtime.Gosched() // or all is done before the first read
						}
					}
					return nil
				}
				for more := true; more; { // at least once after the last update
					more = updating.Load() > 0
					r, err := l.get(st)
					if err != nil {
						return err
					}
					if err := look(r); err != nil {
						return err
					}
					runtime.Gosched() // or readers fill the Ps
				}
				return nil
			})
			return callers.join(ctx)
		})
	}
}

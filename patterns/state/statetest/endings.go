package statetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/state"
)

var closeLaw = Law{
	Name:   "close-ends",
	Doc:    "When a store is closed, calls under way return, with a result or with ErrClosed; where the data cannot leave its process, an error means that nothing was changed.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		for range 4 {
			after := rand.N(2 * time.Millisecond)
			if err := closes(ctx, s, after); err != nil {
				return fmt.Errorf("closed after %v: %w", after, err)
			}
		}
		return nil
	},
}

func closes(ctx context.Context, s Subject, after time.Duration) error {
	const callers = 4
	var told tickets
	err := s.use(ctx, adding, func(st state.Store[Key]) error {
		calling := gather(callers, func(c int) error {
			for {
				v, err := st.Add(0, 1)
				if err == nil {
					told.add(v)
					_, err = st.Get(0)
				}
				if errors.Is(err, state.ErrClosed) {
					return nil
				}
				if err != nil {
					return fmt.Errorf("while the store was closed, caller %d got %w", c, err)
				}
			}
		})
		time.Sleep(after)
		return errors.Join(shut(ctx, st), calling.join(ctx))
	})
	switch {
	case err != nil:
		return err
	case s.Weak: // told nothing
		return nil
	case s.Crosses: // an answer may have been on its way
		return told.check(callers)
	}
	return told.check(0)
}

var closedLaw = Law{
	Name:   "closed-is-final",
	Doc:    "After Close every call returns ErrClosed, whatever the key.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			if _, err := st.Add(0, 1); err != nil {
				return err
			}
			if err := st.Close(); err != nil {
				return err
			}
			return refuses(ctx, st, state.ErrClosed)
		})
	},
}

// refuses checks that every call, of several callers, gets this error. Even a counter
// says so of other keys: there are none any more.
func refuses(ctx context.Context, st state.Store[Key], want error) error {
	return gather(2, func(int) error {
		for _, k := range []Key{0, 1, 1 << 63} {
			if _, err := st.Add(k, 1); !errors.Is(err, want) {
				return fmt.Errorf("after the end Add said %v, want: %w", err, want)
			}
			if _, err := st.Get(k); !errors.Is(err, want) {
				return fmt.Errorf("after the end Get said %v, want: %w", err, want)
			}
		}
		return nil
	}).join(ctx)
}

var repeatLaw = Law{
	Name:   "endings-repeat",
	Doc:    "Close may be called again, and by several at once; whenever it returns the owner has ended.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		for _, closers := range []int{1, 4} {
			r := adding
			if s.Owned {
				r = lingering
			}
			err := s.use(ctx, r, func(st state.Store[Key]) error {
				under := gather(1, func(int) error { return addsOrEnds(st) })
				if s.Owned {
					lawtest.Linger() // the owner is to be at work
				}
				for range 2 {
					if err := gather(closers, func(int) error { return closesFor(st) }).join(ctx); err != nil {
						return err
					}
				}
				return under.join(ctx)
			})
			if err != nil {
				return fmt.Errorf("closed by %d, twice: %w", closers, err)
			}
		}
		return nil
	},
}

// addsOrEnds adds to a store that may be closed.
func addsOrEnds(st state.Store[Key]) error {
	if _, err := st.Add(0, 1); !errors.Is(err, state.ErrClosed) {
		return err
	}
	return nil
}

// closesFor checks that Close does not return before the owner's end.
func closesFor(st state.Store[Key]) error {
	if err := st.Close(); err != nil {
		return err
	}
	if o, ok := st.(state.Owned); ok {
		select {
		case <-o.Owner().Done():
		default:
			return errors.New("a Close returned before the owner had ended")
		}
	}
	return nil
}

var leftoverLaw = Law{
	Name:   "nothing-left",
	Doc:    "After Close there is no goroutine, process, descriptor or mapping left over, in whatever way the store was used; nor if it could not be made, or its owner's process died at once.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		for _, use := range []struct {
			name string
			run  func() error
		}{
			{"closed unused", func() error {
				return s.use(ctx, adding, func(state.Store[Key]) error { return nil })
			}},
			{"used", func() error {
				return s.use(ctx, adding, func(st state.Store[Key]) error {
					_, err := st.Add(0, 1)
					return err
				})
			}},
			{"closed among calls", func() error { return closes(ctx, s, 0) }},
			{"never made", s.makesNone},
			{"its owner dead at once", s.makesNoOwner},
		} {
			if err := roletest.LeavesNothing(ctx, use.run); err != nil {
				return fmt.Errorf("%s: %w", use.name, err)
			}
		}
		return nil
	},
}

// makesNone wants an owner that runs as nothing there is.
func (s Subject) makesNone() error {
	st, err := s.New(adding, state.Options{Owner: role.Options{As: "nothing"}})
	if err == nil {
		return errors.Join(errors.New("a store was made"), st.Close())
	}
	return nil
}

// makesNoOwner wants a store whose owner's process dies before it is at work.
func (s Subject) makesNoOwner() error {
	if s.As != role.Process {
		return nil
	}
	var st state.Store[Key]
	err := roletest.Stillborn(func() (err error) {
		st, err = s.New(adding, state.Options{Owner: role.Options{As: s.As}})
		return err
	})
	if err == nil {
		return errors.Join(errors.New("a store was made"), st.Close())
	}
	return nil
}

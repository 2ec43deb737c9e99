package statetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/role/roletest"
	"crossover/patterns/state"
)

var askedLaw = Law{
	Name:   "owner-asked",
	Doc:    "When the owner is asked to terminate at any point, calls under way return, with a result or with ErrLost, and later ones return ErrLost until Close; nothing is acknowledged that was not done.",
	Excuse: everywhere(unowned),
	Check: func(ctx context.Context, s Subject) error {
		times := 10
		if s.As == role.Process {
			times = 3
		}
		for range times * lawtest.Soak() {
			if err := bereaved(ctx, s, state.Owner.Terminate, endsWell); err != nil {
				return err
			}
		}
		return nil
	},
}

var killedLaw = Law{
	Name:   "owner-killed",
	Doc:    "When the owner's process is killed at any point, calls under way return, with a result or with ErrLost, and later ones return ErrLost until Close, which says how the process ended; nothing is acknowledged that was not done, and nobody is left.",
	Excuse: across(unowned, mortal),
	Check: func(ctx context.Context, s Subject) error {
		for range 7 * lawtest.Soak() {
			if err := bereaved(ctx, s, state.Owner.Kill, endsByCrash); err != nil {
				return err
			}
		}
		return nil
	},
}

func ownerOf(st state.Store[Key]) (state.Owner, error) {
	o, ok := st.(state.Owned)
	if !ok {
		return nil, fmt.Errorf("the variant is said to be owned, and %T is not", st)
	}
	return o.Owner(), nil
}

// bereaved ends the owner of a store at some moment among calls.
func bereaved(ctx context.Context, s Subject, end func(state.Owner) error, ended func(error) error) error {
	st, letGo, err := s.open(ctx, adding)
	if err != nil {
		return err
	}
	defer letGo()
	o, err := ownerOf(st)
	if err != nil {
		return err
	}
	const callers, readers = 4, 1
	var told tickets
	var l ledger
	calling := gather(callers+readers, func(c int) error {
		for {
			var err error
			if c < callers {
				var v int64
				if v, err = l.add(st, 1); err == nil {
					told.add(v)
				}
			} else {
				var r reading
				if r, err = l.get(st); err == nil {
					if err := errors.Join(r.between(), r.forward()); err != nil {
						return err
					}
				}
			}
			if errors.Is(err, state.ErrLost) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("while the owner ended, caller %d got %w", c, err)
			}
			if err := answeredByNobody(st, o); err != nil {
				return fmt.Errorf("caller %d: %w", c, err)
			}
		}
	})
	time.Sleep(rand.N(3 * time.Millisecond))
	if err := end(o); err != nil {
		return err
	}
	if err := calling.join(ctx); err != nil {
		return err
	}
	if !s.Weak {
		if err := told.check(callers); err != nil {
			return err
		}
	}
	return buried(ctx, st, ended)
}

// answeredByNobody finds an answer that comes after the owner's end.
func answeredByNobody(st state.Store[Key], o state.Owner) error {
	select {
	case <-o.Done():
		if _, err := st.Get(0); err == nil {
			return errors.New("got an answer after the owner's end")
		}
	default:
	}
	return nil
}

// buried checks a store that has lost its owner, up to its Close.
func buried(ctx context.Context, st state.Store[Key], ended func(error) error) error {
	if err := refuses(ctx, st, state.ErrLost); err != nil {
		return err
	}
	if err := ended(shut(ctx, st)); err != nil {
		return err
	}
	return errors.Join(refuses(ctx, st, state.ErrClosed), roletest.Gone(st.(state.Owned).Owner().Pid()))
}

func endsWell(err error) error { return err }

func endsBadly(err error) error {
	if err == nil {
		return errors.New("nothing was found wrong by Close with an owner that left")
	}
	return nil
}

func endsByCrash(err error) error {
	var exit *role.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("the owner's crash was reported by Close as %v", err)
	}
	return nil
}

var leavesLaw = Law{
	Name:   "owner-leaves",
	Doc:    "An update that ends the owner by runtime.Goexit is lost with it: its caller and all others get ErrLost.",
	Excuse: everywhere(unowned, adders),
	Check: func(ctx context.Context, s Subject) error {
		times := 5
		if s.As == role.Process {
			times = 1
		}
		for range times * lawtest.Soak() {
			if err := departs(ctx, s, leaves, endsBadly); err != nil {
				return err
			}
		}
		return nil
	},
}

var exitsLaw = Law{
	Name:   "owner-exits",
	Doc:    "An update that exits its process takes the owner and nobody else: its caller and all others get ErrLost.",
	Excuse: across(unowned, adders, mortal),
	Check: func(ctx context.Context, s Subject) error {
		return departs(ctx, s, exits, endsByCrash)
	},
}

// departs has an update end its owner while others call.
func departs(ctx context.Context, s Subject, how int64, ended func(error) error) error {
	st, letGo, err := s.open(ctx, ruled)
	if err != nil {
		return err
	}
	defer letGo()
	o, err := ownerOf(st)
	if err != nil {
		return err
	}
	calling := gather(4, func(c int) error {
		for i := 0; ; i++ {
			delta := int64(1)
			if c == 0 && i == 3 {
				delta = how
			}
			_, err := st.Add(0, delta)
			switch {
			case errors.Is(err, state.ErrLost):
				return nil
			case err != nil:
				return fmt.Errorf("caller %d got %w", c, err)
			case delta == how:
				return errors.New("an update that ended the owner was acknowledged")
			}
			if err := answeredByNobody(st, o); err != nil {
				return fmt.Errorf("caller %d: %w", c, err)
			}
			runtime.Gosched() // or whoever ends the owner may starve, see role.Thread
		}
	})
	if err := calling.join(ctx); err != nil {
		return err
	}
	return buried(ctx, st, ended)
}

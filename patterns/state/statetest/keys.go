package statetest

import (
	"context"
	"errors"
	"fmt"

	"crossover/patterns/lawtest"
	"crossover/patterns/role"
	"crossover/patterns/state"
)

var separateLaw = Law{
	Name:   "stores-separate",
	Doc:    "Each store made is new: every key holds 0, and no other store's updates appear in it.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(a state.Store[Key]) error {
			return s.use(ctx, adding, func(b state.Store[Key]) error {
				if _, err := a.Add(0, 5); err != nil {
					return err
				}
				if err := holds(b, 0, 0); err != nil {
					return fmt.Errorf("the other store: %w", err)
				}
				return holds(a, 0, 5)
			})
		})
	},
}

func holds(st state.Store[Key], k Key, want int64) error {
	v, err := st.Get(k)
	if err != nil {
		return fmt.Errorf("key %#x: %w", k, err)
	}
	if v != want {
		return fmt.Errorf("key %#x holds %d, want %d", k, v, want)
	}
	return nil
}

var apartLaw = Law{
	Name:   "keys-apart",
	Doc:    "A key's value is the outcome of the updates to that key, each of which returns it, and of no others.",
	Excuse: everywhere(counters),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			keys := manyKeys()
			deltaOf := func(i int) int64 { return int64(i - len(keys)/2) }
			for round := range int64(2) {
				for i, k := range keys {
					v, err := st.Add(k, deltaOf(i))
					if err != nil {
						return err
					}
					if want := (round + 1) * deltaOf(i); v != want && !s.Weak {
						return fmt.Errorf("adding to key %#x returned %d, want %d", k, v, want)
					}
				}
			}
			for i, k := range keys {
				if err := holds(st, k, 2*deltaOf(i)); err != nil {
					return err
				}
			}
			return holds(st, 0x101, 0) // no key of those
		})
	},
}

var manyLaw = Law{
	Name: "keys-many",
	Doc:  "There is room for ten thousand keys: none is given up for another.",
	Excuse: func(s Subject) string {
		if s.Crosses || s.As != role.Goroutine {
			return "takes long to fill"
		}
		return everywhere(counters)(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			const n = 10_000
			for k := range Key(n) {
				if _, err := st.Add(k, int64(k)); err != nil {
					return err
				}
			}
			for k := range Key(n) {
				if err := holds(st, k, int64(k)); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

// manyKeys are thousands, any two of which differ in no more than two bytes,
// whichever these are: a hash that leaves bits out takes some for one.
func manyKeys() (keys []Key) {
	keys = append(keys, 0)
	for shift := 0; shift < 64; shift += 8 {
		for b := Key(1); b < 256; b++ {
			keys = append(keys, b<<shift)
		}
	}
	return keys
}

var unsupportedLaw = Law{
	Name: "unsupported-refused",
	Doc:  "What a variant cannot do, hand the data to a thread or process or follow a rule, is refused with errors.ErrUnsupported when a store is to be made.",
	Excuse: func(s Subject) string {
		if s.As != role.Goroutine {
			return "asks nothing of owners"
		}
		return everywhere()(s)
	},
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(state.Store[Key]) error { // what it can do is not refused
			if s.Adds {
				if err := s.refusesToMake(ruled, role.Goroutine); err != nil {
					return fmt.Errorf("a rule other than addition: %w", err)
				}
			}
			for _, as := range []role.As{role.Thread, role.Process} {
				if as == role.Thread && s.Owned || as == role.Process && s.Crosses {
					continue
				}
				if err := s.refusesToMake(adding, as); err != nil {
					return fmt.Errorf("an owner as a %s: %w", as, err)
				}
			}
			return nil
		})
	},
}

func (s Subject) refusesToMake(r *state.Rule[Key], as role.As) error {
	st, err := s.New(r, state.Options{Owner: role.Options{As: as}})
	switch {
	case err == nil:
		return errors.Join(errors.New("a store was made"), st.Close())
	case !errors.Is(err, errors.ErrUnsupported):
		return err
	}
	return nil
}

var arriveLaw = Law{
	Name:   "keys-arrive",
	Doc:    "When several callers bring the same new keys at once, each key is there once, and no update of it, nor of those that were there before, is lost.",
	Excuse: everywhere(counters),
	Check: func(ctx context.Context, s Subject) error {
		rules := s.additions()
		if s.Owned { // no two updates are under way
			rules = rules[:1]
		}
		for _, r := range rules {
			if err := s.use(ctx, r, bringKeys(ctx)); err != nil {
				return err
			}
		}
		return s.use(ctx, adding, func(st state.Store[Key]) error { return arrivesTwice(ctx, s, st) })
	},
}

// bringKeys has callers bring the same keys one after the other.
func bringKeys(ctx context.Context) func(state.Store[Key]) error {
	return func(st state.Store[Key]) error {
		const callers, n = 4, 100
		bringing := gather(callers, func(c int) error {
			for k := range Key(n) {
				if _, err := st.Add(k, int64(c+1)); err != nil {
					return err
				}
				v, err := st.Get(k / 2)
				if err != nil {
					return err
				}
				if v < int64(c+1) {
					return fmt.Errorf("caller %d added %d to key %d, which then holds %d", c, c+1, k/2, v)
				}
			}
			return nil
		})
		if err := bringing.join(ctx); err != nil {
			return err
		}
		for k := range Key(n) {
			if err := holds(st, k, callers*(callers+1)/2); err != nil {
				return err
			}
		}
		return holds(st, n, 0)
	}
}

// arrivesTwice has two callers bring one new key after the other, each at the same
// moment, and update an old one.
func arrivesTwice(ctx context.Context, s Subject, st state.Store[Key]) error {
	rounds := 600
	if s.As != role.Goroutine || s.Crosses {
		rounds = 30
	}
	const old = 1 << 40
	for round := range rounds * lawtest.Soak() {
		k := Key(round)
		bring := func() error {
			_, err := st.Add(k, 1)
			_, again := st.Add(old, 1)
			return errors.Join(err, again)
		}
		err := lawtest.Await(ctx, "callers that bring a key at once", func() (err error) {
			var other error
			err = lawtest.Meet(round, func() { other = bring() }, bring)
			return errors.Join(err, other)
		})
		if err == nil {
			err = errors.Join(holds(st, k, 2), holds(st, old, 2*int64(round+1)))
		}
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	return nil
}

var refusedLaw = Law{
	Name:   "keys-refused",
	Doc:    "A counter refuses every key but the zero value with ErrKey, and nothing is changed.",
	Excuse: everywhere(maps),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			if _, err := st.Add(0, 2); err != nil {
				return err
			}
			if _, err := st.Add(1, 3); !errors.Is(err, state.ErrKey) {
				return fmt.Errorf("adding to another key said %v", err)
			}
			if _, err := st.Get(1); !errors.Is(err, state.ErrKey) {
				return fmt.Errorf("getting another key said %v", err)
			}
			return holds(st, 0, 2)
		})
	},
}

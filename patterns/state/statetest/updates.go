package statetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"crossover/patterns/role"
	"crossover/patterns/state"
)

var lostLaw = Law{
	Name:   "nothing-lost",
	Doc:    "An update that was acknowledged is in the value.",
	Excuse: everywhere(),
	Check: onTraffic(func(k Key, got, want int64) error {
		if got < want {
			return fmt.Errorf("key %d holds %d, %d were acknowledged: updates were lost", k, got, want)
		}
		return nil
	}),
}

var twiceLaw = Law{
	Name:   "nothing-twice",
	Doc:    "An update is made once, and none that nobody asked for.",
	Excuse: everywhere(),
	Check: onTraffic(func(k Key, got, want int64) error {
		if got > want {
			return fmt.Errorf("key %d holds %d, %d were acknowledged: updates were made twice", k, got, want)
		}
		return nil
	}),
}

// onTraffic is the check of a law that looks at what many callers leave behind.
func onTraffic(look func(k Key, got, want int64) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		for _, r := range s.additions() {
			for _, callers := range []int{1, 4, 65} { // more than a word has bits
				err := s.use(ctx, r, func(st state.Store[Key]) error { return s.traffic(ctx, st, callers, look) })
				if err != nil {
					return fmt.Errorf("%d callers: %w", callers, err)
				}
			}
		}
		return nil
	}
}

// large is where a floating-point number no longer tells one integer from the next.
const large = 1 << 53

func (s Subject) traffic(ctx context.Context, st state.Store[Key], callers int, look func(k Key, got, want int64) error) error {
	each := min(100, 1600/callers)
	keys := s.keys()
	for _, k := range keys {
		if _, err := st.Add(k, large); err != nil {
			return err
		}
	}
	updating := gather(callers, func(c int) error {
		for i := range each {
			if _, err := st.Add(keys[i%len(keys)], int64(c+1)); err != nil {
				return fmt.Errorf("caller %d, update %d: %w", c, i, err)
			}
			if i%10 == c%10 { // reads are not to disturb
				if _, err := st.Get(0); err != nil {
					return fmt.Errorf("caller %d, read %d: %w", c, i, err)
				}
			}
		}
		return nil
	})
	if err := updating.join(ctx); err != nil {
		return err
	}
	for n, k := range keys {
		per := (each + len(keys) - 1 - n) / len(keys)
		got, err := st.Get(k)
		if err != nil {
			return err
		}
		if err := look(k, got-large, int64(per*callers*(callers+1)/2)); err != nil {
			return err
		}
	}
	return nil
}

var tellsLaw = Law{
	Name:   "add-tells",
	Doc:    "Add returns the value that the update made: with updates of 1 no two callers get the same, and none is left out. It returns 0 if the variant does not know.",
	Excuse: everywhere(),
	Check: func(ctx context.Context, s Subject) error {
		if s.Weak {
			return s.use(ctx, adding, tellsNothing)
		}
		return s.use(ctx, adding, func(st state.Store[Key]) error {
			const callers, each = 4, 100
			var told tickets
			drawing := gather(callers, func(int) error {
				for range each {
					v, err := st.Add(0, 1)
					if err != nil {
						return err
					}
					told.add(v)
				}
				return nil
			})
			if err := drawing.join(ctx); err != nil {
				return err
			}
			return told.check(0)
		})
	},
}

func tellsNothing(st state.Store[Key]) error {
	for range 100 {
		if v, err := st.Add(0, 1); v != 0 || err != nil {
			return fmt.Errorf("an Add that does not know the value returned %d, %v", v, err)
		}
	}
	return nil
}

// tickets are the values that updates of 1 returned.
type tickets struct {
	mu     sync.Mutex
	values []int64
}

func (t *tickets) add(v int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values = append(t.values, v)
}

// check expects each number from 1 up to be there once, but for so many missing.
func (t *tickets) check(missing int) error {
	slices.Sort(t.values)
	for i, v := range t.values {
		switch {
		case i > 0 && v == t.values[i-1]:
			return fmt.Errorf("two updates of 1 were told %d", v)
		case v < int64(i+1) || v > int64(i+1+missing):
			return fmt.Errorf("the update of 1 that was told the %d. least value was told %d", i+1, v)
		}
	}
	return nil
}

var effortLaw = Law{
	Name:   "effort-handed",
	Doc:    "Each update's rule is handed the effort that its store was made with.",
	Excuse: everywhere(adders),
	Check: func(ctx context.Context, s Subject) error {
		for _, effort := range []int{0, 1, 1 << 30} {
			err := s.with(effort).use(ctx, labouring, func(st state.Store[Key]) error {
				for range 2 {
					if _, err := st.Add(0, 3); err != nil {
						return err
					}
				}
				return holds(st, 0, 6*int64(effort))
			})
			if err != nil {
				return fmt.Errorf("updates by 3 times an effort of %d: %w", effort, err)
			}
		}
		return nil
	},
}

// with is the subject whose stores are made with another effort.
func (s Subject) with(effort int) Subject {
	make := s.New
	s.New = func(r *state.Rule[Key], o state.Options) (state.Store[Key], error) {
		o.Effort = effort
		return make(r, o)
	}
	return s
}

// panicked makes an update that panics, and checks what it says.
func panicked(st state.Store[Key], k Key, delta int64, want string) error {
	_, err := st.Add(k, delta)
	var p *role.PanicError
	if !errors.As(err, &p) || !strings.Contains(p.Error(), want) {
		return fmt.Errorf("an update that panicked said %v", err)
	}
	return nil
}

var panicLaw = Law{
	Name:   "panic-contained",
	Doc:    "An update whose rule panics, with an error or another value, long or empty, returns a *role.PanicError and changes nothing, new keys included; the store goes on.",
	Excuse: everywhere(adders),
	Check: func(ctx context.Context, s Subject) error {
		return s.use(ctx, ruled, func(st state.Store[Key]) error {
			for _, k := range s.keys() { // to which nobody has added yet
				if err := panicked(st, k, panics, text); err != nil {
					return fmt.Errorf("new key %#x: %w", k, err)
				}
				if err := holds(st, k, 0); err != nil {
					return err
				}
			}
			for delta, want := range map[int64]string{hushes: "", rants: text} {
				if err := panicked(st, 0, delta, want); err != nil {
					return err
				}
			}
			if _, err := st.Add(0, 7); err != nil {
				return err
			}
			panicking := gather(4, func(int) error {
				for i := range 8 {
					if err := panicked(st, 0, []int64{panics, faults}[i%2], text); err != nil {
						return err
					}
				}
				return nil
			})
			if err := panicking.join(ctx); err != nil {
				return err
			}
			if err := holds(st, 0, 7); err != nil {
				return err
			}
			v, err := st.Add(0, 2)
			if err != nil {
				return fmt.Errorf("after a panic: %w", err)
			}
			if v != 23 && !s.Weak {
				return fmt.Errorf("after a panic an update returned %d, want 23", v)
			}
			return holds(st, 0, 23)
		})
	},
}

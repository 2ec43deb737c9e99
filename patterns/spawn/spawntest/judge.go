package spawntest

import (
	"fmt"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/spawn"
)

// judge compares how workers ended with their fates: a result in its place for
// those that return, and for the others the error they deserve and no result. Each
// has begun once.
func (s *spawning) judge() error {
	noted, err := s.diary.Read()
	if err != nil {
		return err
	}
	begun := errand.Times(noted.Begun)
	for i, a := range s.args {
		if err := fits(a, s.ends[i]); err != nil {
			return fmt.Errorf("worker %d of %d: %w", i, len(s.args), err)
		}
		if n := begun[a.ID]; n != 1 {
			return fmt.Errorf("worker %d of %d ran %d times", i, len(s.args), n)
		}
	}
	return nil
}

// fits checks that a worker ended as its fate says.
func fits(a Arg, got spawn.End[Result]) error {
	switch {
	case a.Fate == errand.Returns && got.Err != nil:
		return fmt.Errorf("it was to return and ended with %w", got.Err)
	case !a.Deserves(got.Err):
		return fmt.Errorf("it was to %s and ended with %T %v", a.Fate, got.Err, got.Err)
	case a.Fate == errand.Returns && got.Out.Value != a.Value():
		return fmt.Errorf("its result is %x, want %x", got.Out.Value, a.Value())
	case a.Fate == errand.Returns && got.Out.Load != a.Load:
		return fmt.Errorf("its result brings back %d bytes that are not the %d it was given", len(got.Out.Load), len(a.Load))
	case a.Fate != errand.Returns && got.Out != Result{}:
		return fmt.Errorf("it was to %s and has the result %v", a.Fate, got.Out)
	}
	return nil
}

package spawntest

import (
	"errors"
	"fmt"
	"strings"

	"crossover/patterns/role"
	"crossover/patterns/spawn"
)

// judge compares how workers ended with their fates: a result in its place for
// those that return, and for the others the error they deserve and no result. Each
// has begun once.
func (s *spawning) judge() error {
	begun, _, _, err := s.diary.read()
	if err != nil {
		return err
	}
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
	var p *role.PanicError
	var e *role.ExitError
	ok := false
	switch a.Fate {
	case Returns:
		switch {
		case got.Err != nil:
			return fmt.Errorf("it was to return and ended with %w", got.Err)
		case got.Out.Value != value(a.ID):
			return fmt.Errorf("its result is %x, want %x", got.Out.Value, value(a.ID))
		}
		return nil
	case Fails:
		ok = got.Err != nil && got.Err.Error() == a.reason()
	case Panics:
		ok = errors.As(got.Err, &p) && p.Value == a.reason() && strings.Contains(p.Stack, "spawntest.perform")
	case Goexits:
		ok = got.Err != nil && strings.Contains(got.Err.Error(), "runtime.Goexit")
	case Exits:
		ok = errors.As(got.Err, &e) && e.State.ExitCode() == exitCode
	case Killed:
		ok = errors.As(got.Err, &e) && strings.Contains(e.State.String(), "killed")
	}
	switch {
	case !ok:
		return fmt.Errorf("it was to %s and ended with %T %v", a.Fate, got.Err, got.Err)
	case got.Out != Result{}:
		return fmt.Errorf("it was to %s and has the result %v", a.Fate, got.Out)
	}
	return nil
}

// crashed reports whether an error says that a worker process ended too soon.
func crashed(err error) bool { return errors.As(err, new(*role.ExitError)) }

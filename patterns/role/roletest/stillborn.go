package roletest

import (
	"errors"
	"os"
)

// unborn is in the environment of processes that are to be gone before they are at work.
const unborn = "CROSSOVER_ROLETEST_UNBORN"

var _ = func() struct{} {
	if os.Getenv(unborn) != "" {
		os.Exit(1)
	}
	return struct{}{}
}()

// Stillborn calls start, and any process of this program that it starts is gone before it
// is at work.
func Stillborn(start func() error) error {
	if err := os.Setenv(unborn, "1"); err != nil {
		return err
	}
	return errors.Join(start(), os.Unsetenv(unborn))
}

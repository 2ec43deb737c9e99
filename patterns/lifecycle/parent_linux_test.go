package lifecycle_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"crossover/patterns"
	"crossover/patterns/lawtest"
	"crossover/patterns/lifecycle"
)

// A parent starts two workers, asks one to stop and lets the other finish.
var parents = lawtest.RegisterParents("lifecycle", lawtest.Crossing(lifecycle.Variants(),
	func(v lifecycle.Variant) patterns.Info { return v.Info },
	func(v lifecycle.Variant) error {
		s := v.New(lifecycle.Options{})
		asked, err := s.Start(patient)
		if err != nil {
			return err
		}
		finished, err := s.Start(patient)
		if err != nil {
			return err
		}
		if err := errors.Join(asked.Ask(), finished.Finish()); err != nil {
			return err
		}
		if end := asked.Join(); end.Code != 0 && end.Code != -int(syscall.SIGTERM) {
			return fmt.Errorf("the worker that was asked: %w", end.Err)
		}
		if end := finished.Join(); end.Err != nil {
			return fmt.Errorf("the worker whose work was over: %w", end.Err)
		}
		return s.Close()
	}))

func TestParentKilled(t *testing.T) { parents.Kill(t) }

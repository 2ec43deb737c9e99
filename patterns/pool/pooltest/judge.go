package pooltest

import (
	"errors"
	"fmt"

	"crossover/patterns/lawtest/errand"
	"crossover/patterns/pool"
)

// judge compares what a Map returned with the fates of its tasks: a result in
// its place for those that return, and just the others listed, each with the
// error it deserves and a zero result. lost says which tasks may, but need not,
// have gone with the worker of another.
func judge(tasks []Task, got outcome, lost func(i int) bool) error {
	failed, err := listed(got.err, len(tasks))
	if err != nil {
		return err
	}
	if len(got.out) != len(tasks) {
		return fmt.Errorf("the Map returned %d results for %d tasks", len(got.out), len(tasks))
	}
	for i, t := range tasks {
		err := failed[i]
		switch {
		case err == nil && t.Fate != errand.Returns:
			return fmt.Errorf("task %d of %d was to %s and is not listed", i, len(tasks), t.Fate)
		case err == nil && got.out[i].Value != t.Value():
			return fmt.Errorf("task %d of %d is not listed and its result is %x, want %x", i, len(tasks), got.out[i].Value, t.Value())
		case err == nil && got.out[i].Load != t.Load:
			return fmt.Errorf("the result of task %d of %d brings back %d bytes that are not the %d it was given", i, len(tasks), len(got.out[i].Load), len(t.Load))
		case err == nil:
			continue
		case t.Fate == errand.Returns && !lost(i):
			return fmt.Errorf("task %d of %d was to return and is listed: %w", i, len(tasks), err)
		case t.Fate == errand.Returns && !errand.Crashed(err):
			return fmt.Errorf("task %d of %d was lost with its worker and is listed with another error: %w", i, len(tasks), err)
		case t.Fate != errand.Returns && !t.Deserves(err):
			return fmt.Errorf("task %d of %d was to %s and is listed with another error: %T %w", i, len(tasks), t.Fate, err, err)
		case got.out[i] != Result{}:
			return fmt.Errorf("task %d of %d is listed and has the result %v", i, len(tasks), got.out[i])
		}
	}
	return nil
}

// alone says that no task goes with another's worker.
func alone(int) bool { return false }

// listed is what a Map's error says of each task that failed.
func listed(err error, tasks int) (map[int]error, error) {
	failures, ok := err.(pool.Failures)
	if err != nil && !ok {
		return nil, fmt.Errorf("the Map returned %T %w", err, err)
	}
	if ok && len(failures) == 0 {
		return nil, errors.New("the Map returned an error that lists no task")
	}
	failed := map[int]error{}
	last := -1
	for _, f := range failures {
		switch {
		case f.Index <= last:
			return nil, fmt.Errorf("task %d is listed after task %d", f.Index, last)
		case f.Index >= tasks:
			return nil, fmt.Errorf("task %d of %d is listed", f.Index, tasks)
		case f.Err == nil:
			return nil, fmt.Errorf("task %d is listed without an error", f.Index)
		}
		failed[f.Index], last = f.Err, f.Index
	}
	return failed, nil
}

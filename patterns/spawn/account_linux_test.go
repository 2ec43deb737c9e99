package spawn_test

import (
	"testing"
	"time"

	"crossover/patterns/role/roletest"
	"crossover/patterns/spawn"
)

var busy = spawn.Named("test.busy", func(d time.Duration) (bool, error) {
	for start := time.Now(); time.Since(start) < d; {
	}
	return true, nil
})

// What the account says when all workers are gone is what the kernel says of them, though
// they have told of it on the way.
func TestAccountOfAllWorkers(t *testing.T) {
	roletest.NoLeaks(t)
	for _, v := range spawn.Variants[time.Duration, bool]() {
		if !v.Crosses {
			continue
		}
		before := roletest.Reaped(t)
		s, err := v.New(busy, spawn.Options{Starters: 2, Ready: 1, GOMAXPROCS: 1})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time perhaps with the same workers
			for _, end := range s.Spawn(t.Context(), nil, []time.Duration{5 * time.Millisecond, 5 * time.Millisecond}) {
				if end.Err != nil {
					t.Error(end.Err)
				}
			}
		}
		if err := s.Release(); err != nil {
			t.Error(err)
		}
		used, err := s.(interface {
			WorkersCPU() (time.Duration, error)
		}).WorkersCPU()
		if want := roletest.Reaped(t) - before; err != nil || (used-want).Abs() > 100*time.Microsecond { // it rounds them one by one
			t.Errorf("%s: the account says %v, %v, want %v", v.Name, used, err, want)
		}
	}
}

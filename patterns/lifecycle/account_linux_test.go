package lifecycle_test

import (
	"testing"
	"time"

	"crossover/patterns/lifecycle"
	"crossover/patterns/role/roletest"
)

// What a worker process has used can be asked while it lives and when it has ended, and
// does not grow less.
func TestAccountOfWorker(t *testing.T) {
	for _, v := range lifecycle.Variants() {
		if !v.Crosses {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			roletest.NoLeaks(t)
			s := v.New(lifecycle.Options{GOMAXPROCS: 1})
			w, err := s.Start(patient)
			if err != nil {
				t.Fatal(err)
			}
			account := w.(interface{ CPU() (time.Duration, error) })
			alive, err := account.CPU()
			if err != nil || alive <= 0 {
				t.Errorf("at work it used %v, %v", alive, err)
			}
			if err := w.Finish(); err != nil {
				t.Fatal(err)
			}
			w.Join()
			all, err := account.CPU()
			if err != nil || all < alive-100*time.Microsecond { // the kernel's two accounts agree to some microseconds
				t.Errorf("in all its life it used %v, %v, and %v before its end", all, err, alive)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

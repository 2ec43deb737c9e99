package pool_test

import (
	"errors"
	"testing"
	"time"

	"crossover/patterns/pool"
	"crossover/patterns/role/roletest"
)

var busy = pool.Named("test.busy", func(d time.Duration) (struct{ Done bool }, error) {
	for start := time.Now(); time.Since(start) < d; {
	}
	return struct{ Done bool }{true}, nil
})

// What workers have used does not grow less as they are replaced, nor is it unknown then.
func TestAccountOfReplacedWorkers(t *testing.T) {
	roletest.NoLeaks(t)
	for _, v := range pool.Variants[time.Duration, struct{ Done bool }]() {
		if v.Name != "prefork" {
			continue
		}
		p, err := v.New(busy, pool.Options{Workers: 2, Chunk: 1, MaxTasks: 1, GOMAXPROCS: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		account := p.(interface {
			WorkersCPU() (time.Duration, error)
		})
		var last time.Duration
		for range 20 {
			if _, err := p.Map(t.Context(), []time.Duration{time.Millisecond, time.Millisecond}); err != nil {
				t.Fatal(err)
			}
			for range 20 {
				used, err := account.WorkersCPU()
				if err != nil {
					t.Fatal(err)
				}
				if used < last-100*time.Microsecond { // the kernel's two accounts agree to some microseconds
					t.Fatalf("they used %v, and %v before", used, last)
				}
				last = used
				time.Sleep(100 * time.Microsecond)
			}
		}
	}
}

// What the account says when all workers are gone is what the kernel says of them.
func TestAccountOfAllWorkers(t *testing.T) {
	roletest.NoLeaks(t)
	for _, v := range pool.Variants[time.Duration, struct{ Done bool }]() {
		if !v.Crosses {
			continue
		}
		before := roletest.Reaped(t)
		p, err := v.New(busy, pool.Options{Workers: 2, Chunk: 1, MaxTasks: 2, GOMAXPROCS: 1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Map(t.Context(), []time.Duration{5 * time.Millisecond, 5 * time.Millisecond, 5 * time.Millisecond})
		if err := errors.Join(err, p.Close()); err != nil {
			t.Fatal(err)
		}
		used, err := p.(interface {
			WorkersCPU() (time.Duration, error)
		}).WorkersCPU()
		if want := roletest.Reaped(t) - before; err != nil || (used-want).Abs() > 100*time.Microsecond { // it rounds them one by one
			t.Errorf("%s: the account says %v, %v, want %v", v.Name, used, err, want)
		}
	}
}

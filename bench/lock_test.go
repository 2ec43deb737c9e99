package bench

import (
	"testing"

	"crossover/patterns/lock"
	"crossover/patterns/role"
)

// A lock under which updates are lost, or come by halves, must fail its benchmark.
func TestWrongLockFails(t *testing.T) {
	keys := lockPoint("2", "0ns", "90")
	keys["as"] = string(role.Goroutine)
	for name, spoil := range map[string]func(*ledger){
		"none":  func(*ledger) {},
		"loses": func(l *ledger) { l.Count, l.Twice, l.Thrice = l.Count-1, l.Twice-2, l.Thrice-3 },
		"tears": func(l *ledger) { l.Count++ },
	} {
		// testing.Benchmark reports a failed benchmark as one that ran no iteration.
		r := benchmark(func(b *testing.B) {
			inner, err := lock.Variants()[0].New()
			if err != nil {
				b.Fatal(err)
			}
			g, err := lock.Guard[ledger](inner, role.Goroutine)
			if err != nil {
				b.Fatal(err)
			}
			g.Lock = spoiltLock{inner, func() { spoil(g.Data) }}
			contend(b, &conditions{Keys: keys, Work: NewWork(1)}, g, false)
		})
		if failed := r.N == 0; failed != (name != "none") {
			t.Errorf("a lock that %s: failed %v", name, failed)
		}
	}
}

// spoiltLock spoils what it guards when a writer leaves.
type spoiltLock struct {
	lock.Lock
	spoil func()
}

func (l spoiltLock) Party() (lock.Locker, error) {
	p, err := l.Lock.Party()
	return spoiltLocker{p, l.spoil}, err
}

type spoiltLocker struct {
	lock.Locker
	spoil func()
}

func (p spoiltLocker) Unlock() error {
	p.spoil()
	return p.Locker.Unlock()
}

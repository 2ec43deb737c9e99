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

// TestLongestWait: it is one of the waits, where they are timed.
func TestLongestWait(t *testing.T) {
	for _, timed := range []string{"", "yes"} {
		keys := lockPoint("2", "0ns", "0")
		keys["impl"], keys["as"], keys["timed"] = lock.Variants()[0].Name, string(role.Goroutine), timed
		r := benchmark(func(b *testing.B) { runLock(b, &conditions{Keys: keys, Work: NewWork(1)}, lock.Variants()) })
		wait, known := r.Extra["longest-wait-ns"]
		if known != (timed == "yes") || known && !(0 < wait && wait <= float64(r.T)) {
			t.Errorf("timed %q: the longest wait is %v ns of %v, known %v", timed, wait, r.T, known)
		}
		if fair := r.Extra["fairness-ratio"]; !(0 <= fair && fair <= 1) {
			t.Errorf("fairness %v", fair)
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

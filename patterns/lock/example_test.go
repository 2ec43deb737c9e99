package lock_test

import (
	"bytes"
	"fmt"
	"log"
	"sync"

	"crossover/patterns/lock"
)

// What barriers_and_locks.py does: parties print two lines each under a lock, so
// that nobody's lines get between another's.
func Example() {
	l, err := variant("mutex").New()
	if err != nil {
		log.Fatal(err)
	}
	defer l.Release()

	var page bytes.Buffer // not safe for several at once: the lock makes it so
	var all sync.WaitGroup
	for _, name := range []string{"worker 1", "worker 2"} {
		p, err := l.Party()
		if err != nil {
			log.Fatal(err)
		}
		all.Go(func() {
			if err := p.Lock(); err != nil {
				log.Fatal(err)
			}
			fmt.Fprintln(&page, name, "has the lock")
			fmt.Fprintln(&page, name, "gives it back")
			if err := p.Unlock(); err != nil {
				log.Fatal(err)
			}
		})
	}
	all.Wait()
	fmt.Print(&page)
	// Unordered output:
	// worker 1 has the lock
	// worker 1 gives it back
	// worker 2 has the lock
	// worker 2 gives it back
}

// variant finds a row of the table by its name.
func variant(name string) lock.Variant {
	for _, v := range lock.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no lock variant " + name)
}

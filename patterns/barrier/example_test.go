package barrier_test

import (
	"fmt"
	"log"
	"sync"

	"crossover/patterns/barrier"
)

// What barriers_and_locks.py does: two workers meet at a barrier. What each
// wrote before it arrived the other can read after it has passed.
func Example() {
	b, err := variant("cond").New(2)
	if err != nil {
		log.Fatal(err)
	}
	defer b.Release()

	var wg sync.WaitGroup
	var wrote, read [2]string
	for i := range 2 {
		wg.Go(func() {
			p := barrier.At(b, i)
			defer p.Break() // the other must not wait for one that is gone
			wrote[i] = fmt.Sprintf("worker %d was here", i)
			if err := p.Wait(); err != nil {
				log.Fatal(err)
			}
			read[i] = wrote[1-i]
		})
	}
	wg.Wait()
	for i := range read {
		fmt.Printf("worker %d read: %s\n", i, read[i])
	}
	// Output:
	// worker 0 read: worker 1 was here
	// worker 1 read: worker 0 was here
}

// variant finds a row of the table by its name.
func variant(name string) barrier.Variant {
	for _, v := range barrier.Variants() {
		if v.Name == name {
			return v
		}
	}
	panic("no barrier variant " + name)
}

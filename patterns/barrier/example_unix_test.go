//go:build unix

package barrier_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"crossover/patterns/barrier"
	"crossover/patterns/role"
)

var worker = role.Register("example.worker", barrier.Transport(),
	func(ctx context.Context, seat *role.Seat, p barrier.Party, phases int) (passed int, err error) {
		defer p.Break() // the other must not wait for one that is gone
		defer p.BreakOn(ctx)()
		if err := seat.Ready(ctx); err != nil {
			return 0, err
		}
		for ; passed < phases; passed++ {
			if err := p.Wait(); errors.Is(err, barrier.ErrBroken) {
				return passed, nil
			} else if err != nil {
				return passed, err
			}
		}
		return passed, nil
	})

// The same with workers that are roles: here each is an OS process, as in the
// original, and role.Goroutine instead of role.Process is all that makes them
// goroutines. One leaves after three phases; the other, who would go on, is told.
// The program has to call role.Main first thing; here TestMain does.
func Example_processes() {
	b, err := variant("pipe.coordinator").New(2)
	if err != nil {
		log.Fatal(err)
	}
	defer b.Release()

	ctx := context.Background()
	gate := role.NewGate(2)
	var workers []*role.Handle[int]
	for i, phases := range []int{3, 10} {
		w, err := worker.Start(ctx, gate, role.Options{As: role.Process}, barrier.At(b, i), phases)
		if err != nil {
			log.Fatal(err)
		}
		workers = append(workers, w)
	}
	if err := gate.Open(ctx); err != nil {
		log.Fatal(err)
	}
	for i, w := range workers {
		r, err := w.Join()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("worker %d met the other %d times\n", i, r.Out)
	}
	// Output:
	// worker 0 met the other 3 times
	// worker 1 met the other 3 times
}

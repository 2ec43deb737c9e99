//go:build unix

package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"crossover/patterns/queue"
	"crossover/patterns/role"
)

var producer = role.Register("example.producer", queue.Transport[int](queue.PutSide),
	func(ctx context.Context, seat *role.Seat, q queue.Queue[int], items int) (struct{}, error) {
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		for i := range items {
			if err := q.Put(i); err != nil {
				return struct{}{}, fmt.Errorf("putting item %d: %w", i, err)
			}
		}
		return struct{}{}, nil
	})

var consumer = role.Register("example.consumer", queue.Transport[int](queue.GetSide),
	func(ctx context.Context, seat *role.Seat, q queue.Queue[int], _ struct{}) (took []int, err error) {
		if err := seat.Ready(ctx); err != nil {
			return nil, err
		}
		for {
			item, err := q.Get()
			if errors.Is(err, queue.ErrClosed) {
				return took, nil
			}
			if err != nil {
				return took, err
			}
			took = append(took, item)
		}
	})

// The same with a producer and a consumer that are roles: here each is an OS
// process, as in the original, and role.Goroutine instead of role.Process is
// all that makes them goroutines. The program has to call role.Main first thing;
// here TestMain does.
func Example_processes() {
	v := variant("pipe.lock") // what Python's Queue is
	q, err := v.New(v.MinCapacity)
	if err != nil {
		log.Fatal(err)
	}
	defer q.Release()

	ctx := context.Background()
	as := role.Options{As: role.Process}
	gate := role.NewGate(2)
	c, err := consumer.Start(ctx, gate, as, q, struct{}{})
	if err != nil {
		log.Fatal(err)
	}
	p, err := producer.Start(ctx, gate, as, q, 10)
	if err != nil {
		log.Fatal(err)
	}
	if err := gate.Open(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := p.Join(); err != nil {
		log.Fatal(err)
	}
	q.Close() // now that the last producer has returned
	r, err := c.Join()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("took items", r.Out)
	// Output: took items [0 1 2 3 4 5 6 7 8 9]
}

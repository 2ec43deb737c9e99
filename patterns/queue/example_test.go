package queue_test

import (
	"errors"
	"fmt"
	"log"

	"crossover/patterns/queue"
)

// What producer_consumer.py does: a producer puts ten items on a queue, a
// consumer takes them off.
func Example() {
	q, err := variant("chan").New(3)
	if err != nil {
		log.Fatal(err)
	}
	defer q.Release()

	go func() {
		for i := range 10 {
			if err := q.Put(i); err != nil {
				log.Fatal(err)
			}
		}
		q.Close()
	}()
	for {
		item, err := q.Get()
		if errors.Is(err, queue.ErrClosed) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("took item", item)
	}
	// Output:
	// took item 0
	// took item 1
	// took item 2
	// took item 3
	// took item 4
	// took item 5
	// took item 6
	// took item 7
	// took item 8
	// took item 9
}

// variant finds a row of the table by its name.
func variant(name string) queue.Variant[int] {
	for _, v := range queue.Variants[int]() {
		if v.Name == name {
			return v
		}
	}
	panic("no queue variant " + name)
}

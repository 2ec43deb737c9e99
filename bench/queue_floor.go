package bench

import (
	"strconv"
	"testing"
)

// queueFloors are what is left when the queue is taken away.
func queueFloors() []floor {
	return []floor{carry[[1]uint64](), carry[[8]uint64](), carry[[128]uint64](), carry[[512]uint64]()}
}

func carry[T item]() floor {
	return floor{
		of: "fill.and.read", title: "fill and read, no queue",
		note:       "One goroutine writes each item and reads it back: what is left when the queue is taken away.",
		keys:       []string{"size", strconv.Itoa(8 * len(*new(T)))},
		situations: []string{"queue-many", "queue-one", "queue-big-copy", "queue-across", "queue-across-many", "queue-threads"},
		run:        fillAndRead[T],
	}
}

func fillAndRead[T item](b *testing.B, _ *conditions) {
	var v T
	var sum, want uint64
	alone(b, func(n int) {
		for i := range n {
			w := word(0, i)
			fill(&v, w)
			got, whole := read(&v)
			if !whole {
				b.Fatal(wrong("an item put together from two"))
			}
			sum += got
			want += w
		}
	})
	if sum != want {
		b.Fatal(wrong("read %x, want %x", sum, want))
	}
}

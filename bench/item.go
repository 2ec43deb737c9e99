package bench

import "sync/atomic"

// sink keeps results alive.
var sink atomic.Uint64

// item is what queues carry: 8, 64, 1024 or 4096 bytes.
type item interface {
	[1]uint64 | [8]uint64 | [128]uint64 | [512]uint64
}

const wordsPerLine = 8 // of a 64-byte cache line

// fill writes one word on each cache line of the item, as every variant and the
// floor do: filling each byte would cost more than the queue.
func fill[T item](v *T, word uint64) {
	for i := 0; i < len(*v); i += wordsPerLine {
		(*v)[i] = word
	}
}

// read reads them back. whole is false if they differ: an item put together
// from two.
func read[T item](v *T) (word uint64, whole bool) {
	word = (*v)[0]
	whole = true
	for i := wordsPerLine; i < len(*v); i += wordsPerLine {
		whole = whole && (*v)[i] == word
	}
	return word, whole
}

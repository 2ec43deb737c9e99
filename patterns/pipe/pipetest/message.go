package pipetest

import (
	"encoding/binary"
	"math/rand/v2"
)

// newMessage is the seq-th message: its number, as far as there is room, and
// bytes that follow from the number, so that a torn one shows. A long message
// repeats them.
func newMessage(seq uint64, size int) []byte {
	m := make([]byte, size+8)
	n := 0
	for x := seq; n < size && n < period; n += 8 {
		binary.LittleEndian.PutUint64(m[n:], x)
		x = x*6364136223846793005 + 1442695040888963407
	}
	for n < size {
		n += copy(m[n:], m[:n])
	}
	return m[:size]
}

// period is after how many bytes a message repeats itself: no page or other part that
// might get to a wrong place in it is a multiple.
const period = 8 * 127

// numbered is the smallest message that says which it is.
const numbered = 8

// seqOf is the number of a message at least so large.
func seqOf(m []byte) uint64 { return binary.LittleEndian.Uint64(m) }

// sizeOf is the size of the seq-th message in mixed traffic: mostly small, some
// larger than any buffer.
func sizeOf(seq uint64) int {
	switch {
	case seq%50 == 49:
		return 1 << 20
	case seq%10 == 7:
		return 70_000 + int(seq)
	}
	return numbered + int(seq*37%500)
}

// sizes are every length up to 1 KiB, and on to 128 KiB so many that none is missed by
// more than an eighth; those around the sizes of pages and buffers; and a few larger
// than every buffer. They come in no order: a message may follow a much larger one.
var sizes = func() []int {
	const each, most = 1 << 10, 128 << 10
	all := []int{200_000, 1 << 20, 1<<20 + 3}
	for n := range each {
		all = append(all, n)
	}
	for n := each; n <= most; n *= 2 {
		all = append(all, n-8, n-1, n, n+1)
	}
	seeded := rand.New(rand.NewPCG(1, 2))
	for n := each; n < most; n += 1 + seeded.IntN(n/8) {
		all = append(all, n)
	}
	seeded.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}()

// replyTo is the number of the reply to a request.
func replyTo(seq uint64) uint64 { return seq ^ 1<<63 }

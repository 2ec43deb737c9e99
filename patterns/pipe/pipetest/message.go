package pipetest

import "encoding/binary"

// newMessage is the seq-th message: its number, as far as there is room, and
// bytes that follow from the number, so that a torn one shows. A long message
// repeats them.
func newMessage(seq uint64, size int) []byte {
	m := make([]byte, size+8)
	n := 0
	for x := seq; n < size && n < 1024; n += 8 {
		binary.LittleEndian.PutUint64(m[n:], x)
		x = x*6364136223846793005 + 1442695040888963407
	}
	for n < size {
		n += copy(m[n:], m[:n])
	}
	return m[:size]
}

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

// replyTo is the number of the reply to a request.
func replyTo(seq uint64) uint64 { return seq ^ 1<<63 }

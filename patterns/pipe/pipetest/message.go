package pipetest

import "encoding/binary"

// newMessage is the seq-th message: its number, as far as there is room, and
// bytes that follow from the number, so that a torn one shows.
func newMessage(seq uint64, size int) []byte {
	m := make([]byte, 0, size+8)
	for x := seq; len(m) < size; x = x*6364136223846793005 + 1442695040888963407 {
		m = binary.LittleEndian.AppendUint64(m, x)
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
	case seq%100 == 99:
		return 1 << 20
	case seq%10 == 7:
		return 70_000 + int(seq)
	}
	return numbered + int(seq*37%500)
}

// replyTo is the number of the reply to a request.
func replyTo(seq uint64) uint64 { return seq ^ 1<<63 }

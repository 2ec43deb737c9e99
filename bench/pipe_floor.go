package bench

import (
	"strconv"
	"testing"
)

// pipeFloors are what hardware and kernel take for the motions of a pipe. A round
// trip is one only where the next request waits for the last reply.
func pipeFloors() []floor {
	floors := append([]floor{{
		of: "cache.line.round.trip", title: "cache line round trip",
		note:       "Two locked threads take turns at one word, spinning; where they have one CPU between them, yielding.",
		keys:       []string{"depth", "1"},
		situations: []string{"pipe-same", "pipe-across", "pipe-placed", "pipe-threads"},
		placed:     true,
		run:        func(b *testing.B, c *conditions) { countByTurns(b, c, 2) },
	}}, platformPipeFloors()...)
	for _, size := range []int{1, 64, 4 << 10, 64 << 10, 1 << 20} {
		floors = append(floors, floor{
			of: "memcpy", title: "copying once",
			note:       "One thread copies so many bytes from one place to another, over and over.",
			keys:       []string{"size", strconv.Itoa(size)},
			situations: []string{"pipe-same", "pipe-stream", "pipe-stream-threads", "pipe-stream-same"},
			run:        func(b *testing.B, _ *conditions) { copies(b, size) },
		})
	}
	return floors
}

func copies(b *testing.B, size int) {
	from, to := make([]byte, size), make([]byte, size)
	copy(to, from)
	alone(b, func(n int) {
		for range n {
			copy(to, from)
		}
	})
}

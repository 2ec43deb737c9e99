package bench

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"crossover/internal/catalog"
	"crossover/patterns/role"
)

// pipeFloors are what hardware and kernel take for the motions of a pipe.
func pipeFloors() []floor {
	floors := []floor{
		pipeFloor("cache.line.round.trip", "cache line round trip",
			"Two locked threads take turns at one word, spinning; where they have one CPU between them, yielding.",
			cacheLineRoundTrips, "pipe-same", "pipe-across"),
	}
	for _, m := range []struct {
		size       int
		name       string
		situations []string
	}{
		{64, "64 B", []string{"pipe-same"}},
		{4 << 10, "4 KiB", nil},
		{64 << 10, "64 KiB", []string{"pipe-stream"}},
		{1 << 20, "1 MiB", nil},
	} {
		floors = append(floors, pipeFloor(fmt.Sprintf("memcpy.%d", m.size), "copying "+m.name,
			"One thread copies so many bytes from one place to another, over and over.",
			func(b *testing.B, _ *conditions) { copies(b, m.size) }, m.situations...))
	}
	return append(floors, platformPipeFloors()...)
}

func pipeFloor(of, title, note string, run func(*testing.B, *conditions), situations ...string) floor {
	keys := map[string]string{"of": of}
	return floor{
		Floor: catalog.Floor{
			Title: title,
			Note:  note,
			Case: catalog.Case{
				Name: catalog.Name("BenchmarkPipeFloor", "of", of), Keys: keys, Situations: situations,
				MinTime: "0s", Setup: "0s",
			},
		},
		run: run,
	}
}

// turns is one thread's part of a floor: so many times, a move and the wait for
// the other's.
type turns func(n int) error

var turnTaker = role.Register("bench.pipe.floor", role.Transport[turns]{},
	func(ctx context.Context, seat *role.Seat, t turns, n int) (struct{}, error) {
		if err := seat.Ready(ctx); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, t(n)
	})

// takeTurns runs the two parts on threads of their own.
func takeTurns(b *testing.B, c *conditions, parts [2]turns, giveUp func()) {
	crew := newCrew[struct{}](b, &conditions{Keys: map[string]string{"as": string(role.Thread)}, Pin: c.Pin}, len(parts))
	for i, part := range parts {
		crew.add(turnTaker.Start(crew.ctx, crew.gate, crew.side(i), part, b.N))
	}
	crew.work(func(int) {}, giveUp)
	crew.report(b.N)
}

// cacheLineRoundTrips lets two threads count a word up by turns: one from even to
// odd, the other on.
func cacheLineRoundTrips(b *testing.B, c *conditions) {
	var line struct {
		_    [128]byte
		word atomic.Uint64
		_    [128]byte
	}
	wait := func() {}
	if c.Pin == "one" || min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) == 1 {
		wait = yield
	}
	part := func(parity uint64) turns {
		return func(n int) error {
			for i := range uint64(n) {
				for line.word.Load() != 2*i+parity {
					wait()
				}
				line.word.Store(2*i + parity + 1)
			}
			return nil
		}
	}
	takeTurns(b, c, [2]turns{part(0), part(1)}, func() {})
}

func copies(b *testing.B, size int) {
	from, to := make([]byte, size), make([]byte, size)
	copy(to, from)
	b.ResetTimer()
	for range b.N {
		copy(to, from)
	}
}

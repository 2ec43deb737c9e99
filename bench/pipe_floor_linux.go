package bench

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"crossover/patterns/shm"
)

func platformPipeFloors() []floor {
	return []floor{
		{
			of: "pipe.round.trip", title: "raw pipe round trip",
			note:       "Two locked threads send 64 bytes to and fro over two pipes with blocking system calls.",
			keys:       []string{"size", "64", "depth", "1"},
			situations: []string{"pipe-across", "pipe-placed", "pipe-threads"},
			placed:     true,
			run:        pipeRoundTrips,
		},
		{
			of: "futex.round.trip", title: "futex wake round trip",
			note:       "Two locked threads take turns at one word, asleep in futex(2) while it is the other's turn.",
			keys:       []string{"depth", "1"},
			situations: []string{"pipe-across", "pipe-placed", "pipe-threads"},
			placed:     true,
			run:        futexRoundTrips,
		},
	}
}

// yield lets other goroutines run, and other threads.
func yield() {
	runtime.Gosched()
	unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
}

func pipeRoundTrips(b *testing.B, c *conditions) {
	var there, back [2]int
	if err := errors.Join(unix.Pipe2(there[:], unix.O_CLOEXEC), unix.Pipe2(back[:], unix.O_CLOEXEC)); err != nil {
		b.Fatal(err)
	}
	defer func() {
		for _, fd := range append(there[:], back[:]...) {
			unix.Close(fd)
		}
	}()
	const size = 64
	side := func(first, second func([]byte) error) motion {
		return func() error {
			m := make([]byte, size)
			for range b.N {
				if err := errors.Join(first(m), second(m)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	read := func(fd int) func([]byte) error {
		return func(m []byte) error { return whole(unix.Read(fd, m)) }
	}
	write := func(fd int) func([]byte) error {
		return func(m []byte) error { return whole(unix.Write(fd, m)) }
	}
	sideBySide(b, c, [2]motion{
		side(write(there[1]), read(back[0])),
		side(read(there[0]), write(back[1])),
	})
}

// whole is the error of a system call that moved n of 64 bytes.
func whole(n int, err error) error {
	if err == nil && n != 64 {
		err = fmt.Errorf("%d bytes: %w", n, io.ErrShortWrite)
	}
	return err
}

func futexRoundTrips(b *testing.B, c *conditions) {
	var word atomic.Uint32
	side := func(parity uint32) motion {
		return func() error {
			for i := range uint32(b.N) {
				for now := word.Load(); now != 2*i+parity; now = word.Load() {
					shm.Wait(&word, now)
				}
				word.Store(2*i + parity + 1)
				shm.Wake(&word, 1)
			}
			return nil
		}
	}
	sideBySide(b, c, [2]motion{side(0), side(1)})
}

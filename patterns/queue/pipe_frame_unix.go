//go:build unix

package queue

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeFrame is a pipe that carries each item in one write of at most PIPE_BUF
// bytes. Such a write is atomic, and frames are all of one size, so neither
// writers nor readers need a lock between processes.
//
// Guarantees: total order, a bound (the pipe's buffer), nothing half-written is
// ever read, a killed party leaves the others unharmed.
// Costs: one system call an item on either side, and a copy in and out of the
// kernel.
// Breaks when: an item is larger than PIPE_BUF (4 KiB on Linux, 512 B by POSIX):
// New refuses it. And where several processes wait for room: to poll(2) a pipe is full
// as long as each of its pages has an item in it, so some of them wait on while
// others fill the page that has become free. At the smallest capacity, which is one
// page, one goes on each time that the queue runs empty.
//
// Source: pipe(7), "PIPE_BUF".
type pipeFrame[T any] struct {
	r, w   *os.File // nil for the side that is not ours
	broken atomic.Bool

	// The item on its way through a system call. A local one would escape to the
	// heap with every call; os.File lets only one caller a side through anyway.
	putting, getting sync.Mutex
	out, in          T
}

func pipeFrameVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "pipe.frame",
			Summary: "pipe, one atomic write of at most PIPE_BUF an item",
			File:    "pipe_frame_unix.go",
			Source:  "pipe(7), PIPE_BUF",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order: patterns.FIFO, Overflow: patterns.Block, Survives: patterns.SurvivesCrash,
				Cancels: true, Crosses: true,
				MinCapacity: minPipeCapacity(int(unsafe.Sizeof(*new(T)))), MaxCapacity: maxPipeCapacity(int(unsafe.Sizeof(*new(T)))),
				MaxItem: pipeBuf,
			},
		},
		New:  newPipeFrame[T],
		Open: openPipeFrame[T],
	}
}

func newPipeFrame[T any](capacity int) (Queue[T], error) {
	size := int(unsafe.Sizeof(*new(T)))
	if size == 0 || size > pipeBuf {
		return nil, fmt.Errorf("pipe.frame: item of %d bytes, between 1 and %d can be written at once", size, pipeBuf)
	}
	if err := checkCapacity[T](capacity, minPipeCapacity(size)); err != nil {
		return nil, err
	}
	if err := role.CheckPlain[T](); err != nil {
		return nil, err
	}
	r, w, err := pipeOf(capacity, size)
	if err != nil {
		return nil, err
	}
	return &pipeFrame[T]{r: r, w: w}, nil
}

func openPipeFrame[T any](w role.Wire) (Queue[T], error) {
	if string(w.Spec) == `"put"` {
		return &pipeFrame[T]{w: w.Files[0]}, nil
	}
	return &pipeFrame[T]{r: w.Files[0]}, nil
}

// Export hands over one end.
func (q *pipeFrame[T]) Export(side Side) (role.Wire, error) {
	end := q.w
	if side == GetSide {
		end = q.r
	}
	return role.Wire{Impl: "pipe.frame", Spec: side.spec(), Files: []*os.File{end}}, nil
}

func (q *pipeFrame[T]) Put(item T) error {
	q.putting.Lock()
	defer q.putting.Unlock()
	q.out = item
	if _, err := q.w.Write(bytesOf(&q.out)); err != nil {
		return pipeError("pipe.frame: writing", err, &q.broken)
	}
	return nil
}

func (q *pipeFrame[T]) Get() (T, error) {
	q.getting.Lock()
	defer q.getting.Unlock()
	// One read, not io.ReadFull: if a frame could come in parts, the rest might
	// go to another reader.
	n, err := q.r.Read(bytesOf(&q.in))
	switch {
	case err == io.EOF && !q.broken.Load(): // broken first and then closed is broken
		return *new(T), ErrClosed
	case err != nil:
		return *new(T), pipeError("pipe.frame: reading", err, &q.broken)
	case n != int(unsafe.Sizeof(q.in)):
		return *new(T), fmt.Errorf("pipe.frame: torn frame of %d bytes: %w", n, ErrBroken)
	}
	return q.in, nil
}

// Close gives up this process's write end; readers see end of file when the
// producers' own are gone too.
func (q *pipeFrame[T]) Close() {
	if q.w != nil {
		q.w.Close()
	}
}

func (q *pipeFrame[T]) Break() {
	q.broken.Store(true)
	expire(q.r, q.w)
}

func (q *pipeFrame[T]) Release() error { return role.CloseAll(q.r, q.w) }

// pipeError says ErrBroken for what Break does to a pipe, and keeps what else
// happened.
func pipeError(doing string, err error, broken *atomic.Bool) error {
	if broken.Load() || errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrBroken
	}
	return fmt.Errorf("%s: %w", doing, err)
}

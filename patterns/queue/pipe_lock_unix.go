//go:build unix

package queue

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"unsafe"

	"crossover/patterns"
	"crossover/patterns/role"
)

// pipeLock is a pipe with a lock on either end, which is what Python's
// multiprocessing.Queue is. The lock is a token in a second pipe: who has read
// it may use the end, and writes it back.
//
// Guarantees: total order, a bound (the pipe's buffer), items of any size,
// nothing half-written is ever taken for an item.
// Costs: three system calls an item on either side, and a copy in and out of the
// kernel.
// Breaks when: a party is killed while it holds the token. The token is gone and
// the others wait for it until Break; a lock that the system returns (flock)
// would let them go on in the middle of an item.
//
// Source: CPython Lib/multiprocessing/queues.py (SimpleQueue); the token is the
// pipe-as-semaphore of GNU make's job server.
type pipeLock[T any] struct {
	r, w     *os.File // nil for the side that is not ours
	put, get token
	broken   atomic.Bool
	out, in  []byte // one frame; whoever has the token has the buffer
}

func pipeLockVariant[T any]() Variant[T] {
	return Variant[T]{
		Info: patterns.Info{
			Name:    "pipe.lock",
			Summary: "pipe with a lock on either end, as Python's Queue",
			File:    "pipe_lock_unix.go",
			Source:  "CPython multiprocessing/queues.py; GNU make's job server",
			Tier:    patterns.Paste,
			Properties: patterns.Properties{
				Order: patterns.FIFO, Overflow: patterns.Block, Survives: patterns.SurvivesCrash,
				Cancels: true, Crosses: true,
				MinCapacity: minPipeCapacity(frameSize[T]()), MaxCapacity: maxPipeCapacity(frameSize[T]()),
			},
		},
		New:  newPipeLock[T],
		Open: openPipeLock[T],
	}
}

// frameSize is an item with its length before it.
func frameSize[T any]() int { return 4 + int(unsafe.Sizeof(*new(T))) }

func newPipeLock[T any](capacity int) (Queue[T], error) {
	if err := checkCapacity[T](capacity, minPipeCapacity(frameSize[T]())); err != nil {
		return nil, err
	}
	if err := role.CheckPlain[T](); err != nil {
		return nil, err
	}
	r, w, err := pipeOf(capacity, frameSize[T]())
	if err != nil {
		return nil, err
	}
	q := &pipeLock[T]{r: r, w: w, out: make([]byte, frameSize[T]()), in: make([]byte, frameSize[T]())}
	q.put, err = newToken()
	if err == nil {
		q.get, err = newToken()
	}
	if err != nil {
		q.Release()
		return nil, err
	}
	return q, nil
}

func openPipeLock[T any](w role.Wire) (Queue[T], error) {
	buffer := make([]byte, frameSize[T]())
	t := token{w.Files[1], w.Files[2]}
	if string(w.Spec) == `"put"` {
		return &pipeLock[T]{w: w.Files[0], put: t, out: buffer}, nil
	}
	return &pipeLock[T]{r: w.Files[0], get: t, in: buffer}, nil
}

// Export hands over one end with its lock.
func (q *pipeLock[T]) Export(side Side) (role.Wire, error) {
	end, t := q.w, q.put
	if side == GetSide {
		end, t = q.r, q.get
	}
	return role.Wire{Impl: "pipe.lock", Spec: side.spec(), Files: []*os.File{end, t.r, t.w}}, nil
}

func (q *pipeLock[T]) Put(item T) error {
	if err := q.put.take(); err != nil {
		return pipeError("pipe.lock: locking the write end", err, &q.broken)
	}
	binary.NativeEndian.PutUint32(q.out, uint32(unsafe.Sizeof(item)))
	copy(q.out[4:], bytesOf(&item))
	if _, err := q.w.Write(q.out); err != nil {
		// The token is not put back: there may be half an item in the pipe.
		return pipeError("pipe.lock: writing", err, &q.broken)
	}
	if err := q.put.back(); err != nil {
		return pipeError("pipe.lock: unlocking the write end", err, &q.broken)
	}
	return nil
}

func (q *pipeLock[T]) Get() (item T, err error) {
	if err := q.get.take(); err != nil {
		return item, pipeError("pipe.lock: locking the read end", err, &q.broken)
	}
	_, err = io.ReadFull(q.r, q.in)
	if err == nil {
		if n := binary.NativeEndian.Uint32(q.in); int(n) != int(unsafe.Sizeof(item)) {
			return item, fmt.Errorf("pipe.lock: an item of %d bytes, want %d: %w", n, unsafe.Sizeof(item), ErrBroken)
		}
		copy(bytesOf(&item), q.in[4:])
	}
	switch {
	case err == io.EOF && !q.broken.Load(): // broken first and then closed is broken
		err = ErrClosed
	case errors.Is(err, io.ErrUnexpectedEOF):
		return item, fmt.Errorf("pipe.lock: a producer left in the middle of an item: %w", ErrBroken)
	case err != nil:
		return item, pipeError("pipe.lock: reading", err, &q.broken)
	}
	if e := q.get.back(); e != nil {
		return item, pipeError("pipe.lock: unlocking the read end", e, &q.broken)
	}
	return item, err
}

// Close gives up this process's write end; readers see end of file when the
// producers' own are gone too.
func (q *pipeLock[T]) Close() {
	if q.w != nil {
		q.w.Close()
	}
}

func (q *pipeLock[T]) Break() {
	q.broken.Store(true)
	expire(q.r, q.w, q.put.r, q.put.w, q.get.r, q.get.w)
}

func (q *pipeLock[T]) Release() error {
	return role.CloseAll(q.r, q.w, q.put.r, q.put.w, q.get.r, q.get.w)
}

// token is a lock between processes: one byte in a pipe.
type token struct{ r, w *os.File }

func newToken() (token, error) {
	r, w, err := role.Pipe()
	if err != nil {
		return token{}, err
	}
	t := token{r, w}
	return t, t.back()
}

func (t token) take() error { _, err := t.r.Read(make([]byte, 1)); return err }
func (t token) back() error { _, err := t.w.Write([]byte{0}); return err }

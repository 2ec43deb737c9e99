//go:build unix

package queue

import (
	"encoding/json"
	"errors"
	"os"
	"time"
	"unsafe"

	"crossover/patterns/role"
)

// What the variants over pipes share.

// pipeOf makes a pipe with room for so many items of this size. Each platform has its own
// minPipeCapacity, the smallest queue that a pipe can be, since it is bounded in bytes or
// pages and not in items, and maxPipeCapacity, the largest that anybody may have.
func pipeOf(capacity, size int) (r, w *os.File, err error) {
	if r, w, err = role.Pipe(); err != nil {
		return nil, nil, err
	}
	if err := sizePipe(w, capacity, size); err != nil {
		return nil, nil, errors.Join(err, r.Close(), w.Close())
	}
	return r, w, nil
}

// bytesOf is the memory of an item, which holds no pointers (role.CheckPlain).
func bytesOf[T any](item *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(item)), unsafe.Sizeof(*item))
}

func (s Side) spec() json.RawMessage { return json.RawMessage(`"` + s + `"`) }

// expire wakes whoever is parked on the files, now and from now on.
func expire(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			f.SetDeadline(time.Unix(1, 0)) // fails on a closed file, which wakes everybody as well
		}
	}
}

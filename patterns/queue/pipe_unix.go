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

// pipeOf makes a pipe that holds at least so many bytes.
func pipeOf(bytes int) (r, w *os.File, err error) {
	if r, w, err = role.Pipe(); err != nil {
		return nil, nil, err
	}
	if err := setPipeCapacity(w, bytes); err != nil {
		return nil, nil, errors.Join(err, r.Close(), w.Close())
	}
	return r, w, nil
}

// minPipeCapacity is the smallest queue of items of this size that a pipe can
// be: it is bounded in pages, not in items.
func minPipeCapacity(size int) int { return max(1, (smallestPipe+size-1)/max(1, size)) }

// maxPipeCapacity is the largest that anybody may have.
func maxPipeCapacity(size int) int { return largestPipe / max(1, size) }

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

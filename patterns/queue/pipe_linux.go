package queue

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

const (
	pipeBuf     = 4096
	largestPipe = 1 << 20 // without CAP_SYS_RESOURCE, which root may lack too: /proc/sys/fs/pipe-max-size
)

// pipePage is 4 KiB, but up to 64 on some arm64 kernels.
var pipePage = os.Getpagesize()

func minPipeCapacity(size int) int { return max(1, itemsIn(1, size)) }

func maxPipeCapacity(size int) int { return itemsIn(largestPipe/pipePage, size) }

// itemsIn is how many items, each of one write, fit into so many pages of a pipe. What is
// over of whole pages is put where the last write ended if all of it finds room there, else
// into a page of its own (fs/pipe.c, pipe_write): of 68 bytes a page holds 60 items, and
// not a byte of the next.
func itemsIn(pages, size int) int {
	whole, over := size/pipePage, size%pipePage
	switch {
	case size == 0:
		return 0
	case whole == 0:
		return pages * (pipePage / size)
	case over == 0:
		return pages / whole
	case over > pipePage/2:
		return pages / (whole + 1)
	}
	two := 2*whole + 1 // pages of two items: they share one
	n := 2 * (pages / two)
	if pages%two > whole {
		n++
	}
	return n
}

// sizePipe gives a pipe room for so many items: the kernel has pipes of a power of two
// of pages.
func sizePipe(w *os.File, capacity, size int) error {
	pages := 1
	for ; itemsIn(pages, size) < capacity; pages *= 2 {
		if pages > math.MaxInt32/pipePage/2 {
			return fmt.Errorf("making a pipe for %d items of %d bytes: none is as large", capacity, size)
		}
	}
	bytes := pages * pipePage
	got, err := unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, bytes)
	switch {
	case err != nil:
		return fmt.Errorf("making a pipe of %d bytes: %w", bytes, err)
	case got < bytes:
		return fmt.Errorf("making a pipe of %d bytes: it holds %d", bytes, got)
	}
	return nil
}

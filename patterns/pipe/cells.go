package pipe

import "sync/atomic"

// cells are places for a few messages with one sender and one receiver, in this
// process's memory or in shared memory: what the mailboxes and the shared-memory
// lanes wait at.
//
// A message's number lies in its cell, beside the message: whoever waits for it
// gets both in the same pair of cache lines. The receiver says in a word of its own
// how many it has taken, and the sender looks there only when it has gone once
// around. To have the receiver mark the cell vacant was tempting; then the line
// has to travel back before the cell can be filled again, and a round trip takes
// twice as long.
type cells struct {
	ring   [cellCount]cell
	taken  atomic.Uint64
	_      [120]byte
	closed atomic.Bool
	broken atomic.Bool
	_      [120]byte
}

const cellCount = 64

// cell is a pair of cache lines, which CPUs fetch together.
type cell struct {
	number atomic.Uint64 // of the message, from 1 on; set last
	length int64
	small  [112]byte // the message, if there is room
}

// roomFor reports whether the n-th message, from 0 on, would leave at most so many
// untaken. seen is how many the sender has seen taken.
func (c *cells) roomFor(n, most uint64, seen *uint64) bool {
	if n-*seen >= most {
		*seen = c.taken.Load()
	}
	return n-*seen < most
}

// at is the n-th message's cell, and has reports whether the message is in it.
func (c *cells) at(n uint64) *cell { return &c.ring[n%cellCount] }
func (c *cells) has(n uint64) bool { return c.at(n).number.Load() == n+1 }

// sent is how many messages were put into the cells so far.
func (c *cells) sent() (n uint64) {
	for i := range c.ring {
		n = max(n, c.ring[i].number.Load())
	}
	return n
}

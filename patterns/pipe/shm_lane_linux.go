package pipe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"crossover/patterns/role"
	"crossover/patterns/shm"
)

// shmLane is a few cells in shared memory and a ring of bytes beside them, with
// one sender and one receiver: the lane of shm.spin and shm.futex. A message too
// large for its cell goes through the ring, in parts if need be.
type shmLane struct {
	*shmMemory
	parks    bool
	patience patience

	// Whose lane this is, sender or receiver, knows its next message, and of the
	// other's progress what it last saw.
	next, seen   uint64 // messages
	free, filled uint64 // positions in the ring
}

// shmMemory is what the two sides share. Each word that one side writes while the
// other spins has a pair of cache lines of its own.
type shmMemory struct {
	cells
	tail     atomic.Uint64 // bytes put into the ring so far
	_        [120]byte
	head     atomic.Uint64 // bytes taken out of it
	_        [120]byte
	notEmpty shm.Event
	_        [120]byte
	notFull  shm.Event
	_        [120]byte
	ring     [shmRing]byte
}

const (
	shmRing = 64 << 10 // a power of two; both rings of a pipe fit into a CPU's own cache
	shmPart = 16 << 10 // published at once, so that both sides copy at the same time
	shmLong = int(unsafe.Sizeof(shmMemory{}))
)

func (l *shmLane) send(message []byte) error {
	n := l.next
	if err := l.await(&l.notFull, func() bool { return l.roomFor(n, cellCount, &l.seen) }); err != nil {
		return err
	}
	c := l.at(n)
	c.length = int64(len(message))
	if len(message) <= len(c.small) {
		copy(c.small[:], message)
		message = nil
	}
	c.number.Store(n + 1)
	l.next = n + 1
	l.signal(&l.notEmpty)
	for len(message) > 0 {
		at := l.tail.Load()
		part := message[:min(len(message), shmPart)]
		err := l.await(&l.notFull, func() bool {
			if at+uint64(len(part))-l.free > shmRing {
				l.free = l.head.Load()
			}
			return at+uint64(len(part))-l.free <= shmRing
		})
		if err != nil {
			return err
		}
		copy(l.ring[:], part[copy(l.ring[at%shmRing:], part):])
		l.tail.Store(at + uint64(len(part)))
		l.signal(&l.notEmpty)
		message = message[len(part):]
	}
	return nil
}

func (l *shmLane) receive(buf []byte) ([]byte, error) {
	n := l.next
	if err := l.await(&l.notEmpty, func() bool { return l.has(n) }); err != nil {
		return nil, err
	}
	c := l.at(n)
	buf = into(buf, int(c.length))
	rest := buf
	if len(buf) <= len(c.small) {
		copy(buf, c.small[:])
		rest = nil
	}
	for len(rest) > 0 {
		at := l.head.Load()
		part := rest[:min(len(rest), shmPart)]
		err := l.await(&l.notEmpty, func() bool {
			if l.filled-at < uint64(len(part)) {
				l.filled = l.tail.Load()
			}
			return l.filled-at >= uint64(len(part))
		})
		if err != nil {
			return nil, err
		}
		copy(part[copy(part, l.ring[at%shmRing:]):], l.ring[:])
		l.head.Store(at + uint64(len(part)))
		l.signal(&l.notFull)
		rest = rest[len(part):]
	}
	l.next = n + 1
	l.taken.Store(n + 1)
	l.signal(&l.notFull)
	return buf, nil
}

// await waits until something is so that e tells changes of.
func (l *shmLane) await(e *shm.Event, so func() bool) error {
	for s := spin(0); !so() && !l.broken.Load(); {
		// Nothing is sent after closing, so a look taken after it is final. What was broken
		// first and then closed is broken.
		if e == &l.notEmpty && l.closed.Load() && !so() && !l.broken.Load() {
			return io.EOF
		}
		if s.wait(l.patience) {
			l.rest(e, func() bool { return so() || l.closed.Load() || l.broken.Load() })
		}
	}
	if l.broken.Load() {
		return ErrBroken
	}
	return nil
}

func (l *shmLane) signal(e *shm.Event) {
	if l.parks {
		e.Signal()
	}
}

// rest is for who has looked long enough. Who spins lets other threads run: they
// may be who is waited for.
func (l *shmLane) rest(e *shm.Event, changed func() bool) {
	if !l.parks {
		unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
	} else if ticket := e.Prepare(); !changed() {
		e.Park(ticket)
	}
}

func (l *shmLane) shut() {
	l.closed.Store(true)
	l.notEmpty.Broadcast()
}

func (l *shmLane) giveUp() {
	l.broken.Store(true)
	l.notEmpty.Broadcast()
	l.notFull.Broadcast()
}

// shmEnd is an end over a mapping of its own, as it has one in another process.
type shmEnd struct {
	laneEnd
	impl   string
	side   int
	region *shm.Region
}

func newShm(impl string, parks bool) (a, b End, err error) {
	region, err := shm.New(2 * shmLong)
	if err != nil {
		return nil, nil, err
	}
	a = attachShm(impl, parks, region, 0)
	file, err := duplicate(region.File().Fd(), "shared memory")
	if err != nil {
		return nil, nil, errors.Join(err, region.Release())
	}
	other, err := shm.Open(file)
	if err != nil {
		return nil, nil, errors.Join(err, region.Release())
	}
	return a, attachShm(impl, parks, other, 1), nil
}

func openShm(parks bool, w role.Wire) (End, error) {
	region, err := shm.Open(w.Files[0])
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", w.Impl, err)
	}
	side := 0
	if string(w.Spec) == "1" {
		side = 1
	}
	return attachShm(w.Impl, parks, region, side), nil
}

func attachShm(impl string, parks bool, region *shm.Region, side int) End {
	lanes := [2]*shmLane{}
	for i := range lanes {
		// Somebody may have used this end before it was handed over.
		m := (*shmMemory)(region.At(i * shmLong))
		l := &shmLane{shmMemory: m, parks: parks, patience: patient}
		if runtime.NumCPU() == 1 {
			l.patience = onlyLooks
		}
		l.seen, l.free, l.filled = m.taken.Load(), m.head.Load(), m.head.Load()
		if l.next = l.seen; i == side {
			l.next = m.sent()
		}
		lanes[i] = l
	}
	return &shmEnd{laneEnd{out: lanes[side], in: lanes[1-side]}, impl, side, region}
}

// Export hands over the mapping and says which end of it.
func (e *shmEnd) Export() (role.Wire, error) {
	return role.Wire{Impl: e.impl, Spec: []byte{byte('0' + e.side)}, Files: []*os.File{e.region.File()}}, nil
}

func (e *shmEnd) Release() error { return e.region.Release() }

package pipe

import (
	"encoding/binary"
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

// shmLane is a ring of bytes in shared memory with one writer and one reader: the
// lane of shm.spin and shm.futex. A message is its length in eight bytes, then
// itself, rounded up to eight: so a length never wraps. A message larger than the
// ring goes through it in parts.
type shmLane struct {
	*shmHead
	ring  []byte
	parks bool
	start spin // of a wait

	// The counterpart's position when last looked at, by whoever sends or receives
	// here: a look costs a cache line's way between the CPUs.
	emptied, filled uint64
}

// shmHead is the start of a lane. Each word that one side writes while the other
// spins has a pair of cache lines of its own: CPUs fetch two.
type shmHead struct {
	sent     atomic.Uint64 // bytes put into the ring so far
	_        [120]byte
	received atomic.Uint64 // bytes taken out of it
	_        [120]byte
	notEmpty shm.Event
	_        [120]byte
	notFull  shm.Event
	_        [120]byte
	closed   atomic.Bool
	broken   atomic.Bool
	_        [120]byte
}

const (
	shmRing = 64 << 10 // a power of two; both rings of a pipe fit into a CPU's own cache
	shmPart = 16 << 10 // published at once, so that both sides copy at the same time
	shmLong = int(unsafe.Sizeof(shmHead{})) + shmRing
)

func padded(n int) int { return (n + 7) &^ 7 }

func (l *shmLane) send(message []byte) error {
	at := l.sent.Load()
	if err := l.awaitRoom(at, min(8+padded(len(message)), shmPart)); err != nil {
		return err
	}
	binary.NativeEndian.PutUint64(l.ring[at%shmRing:], uint64(len(message)))
	at += 8
	for left := message; ; {
		n := l.copyIn(at, left[:min(len(left), shmPart-8)])
		left = left[n:]
		at += uint64(padded(n))
		l.sent.Store(at)
		if l.parks {
			l.notEmpty.Signal()
		}
		if len(left) == 0 {
			return nil
		}
		if err := l.awaitRoom(at, min(padded(len(left)), shmPart)); err != nil {
			return err
		}
	}
}

func (l *shmLane) receive(buf []byte) ([]byte, error) {
	at := l.received.Load()
	if err := l.awaitBytes(at, 8); err != nil {
		return nil, err
	}
	length := int(binary.NativeEndian.Uint64(l.ring[at%shmRing:]))
	buf = into(buf, length)
	at += 8
	for left := buf; ; {
		part := min(len(left), shmPart-8)
		if err := l.awaitBytes(at, padded(part)); err != nil {
			if err == io.EOF {
				err = fmt.Errorf("closed within a message: %w", ErrBroken)
			}
			return nil, err
		}
		l.copyOut(left[:part], at)
		left = left[part:]
		at += uint64(padded(part))
		l.received.Store(at)
		if l.parks {
			l.notFull.Signal()
		}
		if len(left) == 0 {
			return buf, nil
		}
	}
}

// awaitRoom waits until n bytes fit in at this position.
func (l *shmLane) awaitRoom(at uint64, n int) error {
	fits := func() bool {
		l.emptied = l.received.Load()
		return at+uint64(n)-l.emptied <= shmRing
	}
	for s := l.start; at+uint64(n)-l.emptied > shmRing && !fits() && !l.broken.Load(); {
		if s.wait() {
			l.rest(&l.notFull, func() bool { return fits() || l.broken.Load() })
		}
	}
	if l.broken.Load() {
		return ErrBroken
	}
	return nil
}

// awaitBytes waits until n bytes are there from this position on.
func (l *shmLane) awaitBytes(at uint64, n int) error {
	there := func() bool {
		l.filled = l.sent.Load()
		return l.filled-at >= uint64(n)
	}
	for s := l.start; l.filled-at < uint64(n) && !there() && !l.broken.Load(); {
		// Nothing is sent after closing, so a look at sent taken after it is final.
		if l.closed.Load() && !there() {
			return io.EOF
		}
		if s.wait() {
			l.rest(&l.notEmpty, func() bool { return there() || l.closed.Load() || l.broken.Load() })
		}
	}
	if l.broken.Load() {
		return ErrBroken
	}
	return nil
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

func (l *shmLane) copyIn(at uint64, part []byte) int {
	n := copy(l.ring[at%shmRing:], part)
	copy(l.ring, part[n:])
	return len(part)
}

func (l *shmLane) copyOut(part []byte, at uint64) {
	n := copy(part, l.ring[at%shmRing:])
	copy(part[n:], l.ring)
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
	var lanes [2]*shmLane
	for i := range lanes {
		lanes[i] = &shmLane{
			shmHead: (*shmHead)(region.At(i * shmLong)),
			ring:    unsafe.Slice((*byte)(region.At(i*shmLong+int(unsafe.Sizeof(shmHead{})))), shmRing),
			parks:   parks,
			start:   blind(runtime.NumCPU()),
		}
		// Somebody may have used this end before it was handed over.
		lanes[i].emptied = lanes[i].received.Load()
		lanes[i].filled = lanes[i].emptied
	}
	return &shmEnd{laneEnd{out: lanes[side], in: lanes[1-side]}, impl, side, region}
}

// Export hands over the mapping and says which end of it.
func (e *shmEnd) Export() (role.Wire, error) {
	return role.Wire{Impl: e.impl, Spec: []byte{byte('0' + e.side)}, Files: []*os.File{e.region.File()}}, nil
}

func (e *shmEnd) Release() error { return e.region.Release() }

package pipe

import (
	"io"
	"runtime"
	"sync/atomic"
)

// largeCount is how many large messages are under way at most: more would not stay
// in the CPUs' caches.
const largeCount = 4

// mailbox is the lane of mailbox.spin and mailbox.park.
type mailbox struct {
	cells
	large             [largeCount][]byte // messages too large for their cell
	patience          patience
	emptied, refilled *parker // nil where the waiters spin

	// The sender's own: its next message and how many it has seen taken; then the
	// receiver's. Neither is to take the other's cache line away.
	_          [128]byte
	sent, seen uint64
	_          [128]byte
	received   uint64
	_          [128]byte
}

func newMailbox() *mailbox {
	m := &mailbox{patience: patient}
	if min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) == 1 {
		m.patience = onlyYields
	}
	return m
}

func (m *mailbox) send(message []byte) error {
	n, c := m.sent, m.at(m.sent)
	most := uint64(cellCount)
	if len(message) > len(c.small) {
		most = largeCount
	}
	for s := spin(0); !m.roomFor(n, most, &m.seen) && !m.broken.Load(); {
		if s.wait(m.patience) {
			m.emptied.park(func() bool { return m.roomFor(n, most, &m.seen) || m.broken.Load() })
		}
	}
	if m.broken.Load() {
		return ErrBroken
	}
	if len(message) <= len(c.small) {
		copy(c.small[:], message)
	} else {
		large := &m.large[n%largeCount]
		*large = append((*large)[:0], message...)
	}
	c.length = int64(len(message))
	c.number.Store(n + 1)
	m.sent = n + 1
	m.refilled.unpark()
	return nil
}

func (m *mailbox) receive(buf []byte) ([]byte, error) {
	n := m.received
	for s := spin(0); !m.has(n) && !m.broken.Load(); {
		// Nothing is sent after closing, so a look at the cell taken after it is final. What
		// was broken first and then closed is broken.
		if m.closed.Load() && !m.has(n) && !m.broken.Load() {
			return nil, io.EOF
		}
		if s.wait(m.patience) {
			m.refilled.park(func() bool { return m.has(n) || m.closed.Load() || m.broken.Load() })
		}
	}
	if m.broken.Load() {
		return nil, ErrBroken
	}
	c := m.at(n)
	if c.length <= int64(len(c.small)) {
		buf = append(buf[:0], c.small[:c.length]...)
	} else {
		buf = append(buf[:0], m.large[n%largeCount]...)
	}
	m.received = n + 1
	m.taken.Store(n + 1)
	m.emptied.unpark()
	return buf, nil
}

func (m *mailbox) shut() {
	m.closed.Store(true)
	m.refilled.unpark()
}

func (m *mailbox) giveUp() {
	m.broken.Store(true)
	m.emptied.unpark()
	m.refilled.unpark()
}

// parker is a place for one goroutine to sleep at until something has changed. A
// nil one is where nobody sleeps.
type parker struct {
	asleep atomic.Bool
	wake   chan struct{} // of one: a token is never waited for
}

func newParker() *parker { return &parker{wake: make(chan struct{}, 1)} }

// park sleeps until unpark, unless the thing has changed already. A token that
// was not needed wakes the next sleeper for nothing, who looks again anyway.
func (p *parker) park(changed func() bool) {
	if p == nil {
		return
	}
	p.asleep.Store(true)
	if !changed() {
		<-p.wake
	}
}

// unpark is called after the change. With nobody asleep it costs a load.
func (p *parker) unpark() {
	if p != nil && p.asleep.Load() && p.asleep.Swap(false) {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}
